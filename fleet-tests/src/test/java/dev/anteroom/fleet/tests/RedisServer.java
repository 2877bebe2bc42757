package dev.anteroom.fleet.tests;

import io.lettuce.core.RedisURI;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis in a process of its own, that keeps nothing on disk unless told to. The program is the one that {@code ANTEROOM_REDIS}
 * names (a Valkey does), or else one that a test dependency ships.
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
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = free.getLocalPort();
            free.close();
            return new RedisServer(port, List.of(options));
        }
    }

    /** Starts it again, on the same port, after {@link #kill}. */
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
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Await.that(this::answers, "the Redis answers");
    }

    private boolean answers() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the Redis did not start: " + Program.PATH);
        }
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            socket.getOutputStream().write("PING\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            return socket.getInputStream().read() == '+';
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    RedisURI uri() {
        return RedisURI.create("127.0.0.1", port);
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
        try (var files = Files.list(directory)) {
            files.map(Path::toFile).forEach(File::delete);
        }
        Files.delete(directory);
    }

    /** Unpacked once. */
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
