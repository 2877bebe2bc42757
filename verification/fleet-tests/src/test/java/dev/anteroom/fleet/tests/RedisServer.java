package dev.anteroom.fleet.tests;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.testkit.Await;
import io.lettuce.core.RedisURI;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis in a process of its own, which keeps nothing on disk by default. The program is the one that {@code
 * ANTEROOM_REDIS} names, for example a Valkey, or the one in a test dependency.
 */
final class RedisServer implements AutoCloseable {
    private final int port;
    private final Path directory;
    private final List<String> options;
    private Process process;

    private RedisServer(int port, List<String> options) throws IOException {
        this.port = port;
        this.options = options;
        this.directory = Files.createTempDirectory("anteroom-redis");
        start();
    }

    static RedisServer open(String... options) throws IOException {
        return new RedisServer(freePort(), List.of(options));
    }

    /** Starts a Redis that accepts TLS only, with a certificate. */
    static RedisServer openTls(Certificate certificate, String... options) throws IOException {
        int port = freePort();
        List<String> tls = new ArrayList<>(List.of(
                "--port",
                "0",
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.file().toString(),
                "--tls-key-file",
                certificate.key().toString(),
                "--tls-ca-cert-file",
                certificate.file().toString()));
        tls.addAll(List.of(options));
        return new RedisServer(port, tls);
    }

    static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    /** Restarts the Redis on the same port after {@link #kill}. */
    void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Program.PATH,
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                directory.toString()));
        command.addAll(options);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        Await.until("the Redis is ready", this::isReady);
    }

    private Path log() {
        return directory.resolve("log");
    }

    private boolean isReady() {
        String said = said();
        if (!process.isAlive()) {
            throw new IllegalStateException("the Redis did not start: " + said);
        }
        return said.contains("eady to accept connections");
    }

    private String said() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    RedisURI uri() {
        return RedisURI.create("127.0.0.1", port);
    }

    /** Sends a line, and returns the first line of the answer, which is the length for a bulk answer. */
    String say(String line) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) Await.DEADLINE.toMillis());
            socket.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
            StringBuilder answer = new StringBuilder();
            for (int c = socket.getInputStream().read();
                    c >= ' ';
                    c = socket.getInputStream().read()) {
                answer.append((char) c);
            }
            return answer.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends SIGKILL. */
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
        try (var files = Files.list(directory)) {
            files.map(Path::toFile).forEach(File::delete);
        }
        Files.delete(directory);
    }

    /** The program of the test dependency, unpacked once. */
    private static final class Program {
        static final String PATH = find();

        private static String find() {
            String given = System.getenv("ANTEROOM_REDIS");
            if (given != null && !given.isEmpty()) {
                return given;
            }
            try {
                File unpacked = ExecutableProvider.newJarResourceProvider().get();
                unpacked.deleteOnExit();
                return unpacked.getPath();
            } catch (IOException e) {
                throw new IllegalStateException("no Redis for this system; set ANTEROOM_REDIS to a redis-server", e);
            }
        }
    }
}
