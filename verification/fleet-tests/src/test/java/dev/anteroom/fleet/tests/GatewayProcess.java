package dev.anteroom.fleet.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import dev.anteroom.testkit.ProgramOutput;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of {@code anteroom gateway}, as a node of the fleet "tests" with a lease of a second. */
final class GatewayProcess implements AutoCloseable {
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Await.DEADLINE).build();

    private final String node;
    private final int port = RedisServer.freePort();
    private final Partition way;
    private final CountingUpstream upstream;
    private final int limit;
    private Process process;
    private URI admin;

    GatewayProcess(String node, RedisServer redis, CountingUpstream upstream, int limit) throws IOException {
        this.node = node;
        this.way = new Partition(redis.port());
        this.upstream = upstream;
        this.limit = limit;
        start();
    }

    /** Starts the program. */
    static ProcessBuilder program(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED", // like the launcher, because JDK 25 prints a warning otherwise
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.anteroom.gateway.Main"));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectInput(new File("/dev/null"));
    }

    /** Starts the process, or restarts it on the same port and under the same name. */
    void start() throws IOException {
        process = program(
                        "gateway",
                        "--listen=127.0.0.1:" + port,
                        "--upstream=127.0.0.1:" + upstream.address().getPort(),
                        "--fleet=redis://127.0.0.1:" + way.port(),
                        "--fleet-name=tests",
                        "--fleet-limit=" + limit,
                        "--fleet-node=" + node,
                        "--fleet-lease=1s",
                        "--loops=1",
                        "--admin=127.0.0.1:0")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ProgramOutput out = ProgramOutput.of(process);
        after("listening on ", out.line());
        admin = URI.create(after("admin on ", out.line()));
    }

    private static String after(String start, String line) {
        if (!line.startsWith(start)) {
            throw new IllegalStateException("the gateway said: " + line);
        }
        return line.substring(start.length());
    }

    int port() {
        return port;
    }

    Partition way() {
        return way;
    }

    /** Sends a request to the admin server. */
    HttpResponse<String> request(String method, String path, String json) {
        HttpRequest request = HttpRequest.newBuilder(admin.resolve(path))
                .method(method, BodyPublishers.ofString(json))
                .header("Content-Type", "application/json")
                .timeout(Await.DEADLINE)
                .build();
        try {
            return HTTP.send(request, BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    /** Returns the fleet as the admin server reports it. */
    JsonNode fleet() {
        try {
            return new JsonMapper().readTree(request("GET", "/api/fleet", "").body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String metrics() {
        return request("GET", "/metrics", "").body();
    }

    /** Sends SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Sends SIGTERM, and returns the exit status. */
    int terminate() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    void pause() {
        Signals.send("STOP", process);
    }

    void resume() {
        Signals.send("CONT", process);
    }

    @Override
    public void close() throws InterruptedException, IOException {
        kill();
        way.close();
    }
}
