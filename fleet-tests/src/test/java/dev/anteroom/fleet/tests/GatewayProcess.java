package dev.anteroom.fleet.tests;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code anteroom gateway}, a node of the fleet "chaos", in a process of its own. */
final class GatewayProcess implements AutoCloseable {
    private final String node;
    private final int port = freePort();
    private final Partition way;
    private final int upstream;
    private final int limit;
    private Process process;

    GatewayProcess(String node, RedisServer redis, CountingUpstream upstream, int limit) throws IOException {
        this.node = node;
        this.way = new Partition(redis.port());
        this.upstream = upstream.port();
        this.limit = limit;
        start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Starts it, or starts it again, on the same port and under the same name. */
    void start() throws IOException {
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.anteroom.gateway.Main",
                        "gateway",
                        "--listen=127.0.0.1:" + port,
                        "--upstream=127.0.0.1:" + upstream,
                        "--fleet=redis://127.0.0.1:" + way.port(),
                        "--fleet-name=chaos",
                        "--fleet-limit=" + limit,
                        "--fleet-node=" + node,
                        "--fleet-lease=1s",
                        "--loops=1",
                        "--admin=off"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(new File("/dev/null"))
                .start();
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        String ready = out.readLine();
        if (ready == null || !ready.startsWith("listening on ")) {
            throw new IllegalStateException("the gateway said: " + ready);
        }
    }

    String node() {
        return node;
    }

    int port() {
        return port;
    }

    Partition way() {
        return way;
    }

    /** kill -9. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
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
