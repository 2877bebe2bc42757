package dev.anteroom.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The program's gateway command in this JVM, from its arguments to its exit status, as clients and operators see it.
 */
final class RunningGateway implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Runnable> termination = new CompletableFuture<>();
    private final CompletableFuture<Runnable> hangUp = new CompletableFuture<>();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Await.DEADLINE).build();

    private RunningGateway() {}

    /** Starts a gateway on free ports. Unless an option says otherwise, it cuts off served connections at the end. */
    static RunningGateway start(InetSocketAddress upstream, String... options) {
        List<String> args = new ArrayList<>(List.of("gateway", "--listen", "127.0.0.1:0", "--loops", "2"));
        args.addAll(List.of("--upstream", Endpoint.of(upstream).toString()));
        args.addAll(List.of(options));
        if (!args.contains("--admin")) {
            args.addAll(List.of("--admin", "127.0.0.1:0"));
        }
        if (!args.contains("--drain-timeout")) {
            args.addAll(List.of("--drain-timeout", "0s"));
        }
        return startWith(2, args.toArray(String[]::new));
    }

    /** Starts a gateway with these arguments only, and awaits the number of lines that it prints when it is ready. */
    static RunningGateway startWith(int lines, String... args) {
        RunningGateway gateway = new RunningGateway();
        gateway.run(args);
        Await.until(
                "the gateway is ready",
                () -> gateway.status.isDone() || gateway.lines().size() == lines);
        return gateway;
    }

    private void run(String[] args) {
        Main program = new Main(termination::complete, hangUp::complete, reopen -> {});
        Thread main = new Thread(
                () -> status.complete(program.run(new PrintWriter(out, true), new PrintWriter(err, true), args)),
                "main of " + Arrays.toString(args));
        main.start();
    }

    List<String> lines() {
        return out.toString().lines().toList();
    }

    String errors() {
        return err.toString();
    }

    InetSocketAddress address() {
        return Endpoint.parse(lines().get(0).replace("listening on ", "")).address();
    }

    private URI admin(String path) {
        List<String> lines = lines();
        return URI.create(lines.get(lines.size() - 1).replace("admin on ", "")).resolve(path);
    }

    InetSocketAddress adminAddress() {
        return new InetSocketAddress(admin("/").getHost(), admin("/").getPort());
    }

    ScriptedClient connect() {
        return ScriptedClient.connect(address());
    }

    /** Connects a client that cannot be admitted, and waits until it is waiting. */
    ScriptedClient connectWaiting(String source) {
        int before = gate("waiting");
        try {
            ScriptedClient client = ScriptedClient.connectFrom(InetAddress.getByName(source), address());
            awaitGate("waiting", before + 1);
            return client;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ScriptedClient connectWaiting() {
        return connectWaiting("127.0.0.1");
    }

    HttpResponse<String> request(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(admin(path))
                .method(method, BodyPublishers.ofString(body))
                .timeout(Await.DEADLINE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString(UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    HttpResponse<String> get(String path) {
        return request("GET", path, "");
    }

    HttpResponse<String> change(String json) {
        return request("PATCH", "/api/gate", json);
    }

    JsonNode gate() {
        try {
            return JSON.readTree(get("/api/gate").body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int gate(String figure) {
        return gate().path(figure).intValue();
    }

    void awaitGate(String figure, int value) {
        Await.until(figure + " is " + value + " in " + gate(), () -> gate(figure) == value);
    }

    /** Stops the gateway as a signal does. */
    RunningGateway terminate() {
        Await.value(termination).run();
        return this;
    }

    /** Reloads as SIGHUP does; returns when the reload is done. */
    void hangUp() {
        Await.value(hangUp).run();
    }

    boolean hasEnded() {
        return status.isDone();
    }

    int exitStatus() {
        return Await.value(status);
    }

    @Override
    public void close() {
        if (!status.isDone()) {
            terminate();
            exitStatus();
        }
    }
}
