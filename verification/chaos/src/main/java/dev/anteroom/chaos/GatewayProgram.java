package dev.anteroom.chaos;

import dev.anteroom.chaos.Subject.Gauges;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code anteroom gateway} in a process of its own. */
final class GatewayProgram implements AutoCloseable {
    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");

    /** Heap of the program, in MiB. */
    private static final int HEAP = 48;

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final Process process;
    private final Path errors;
    private final InetSocketAddress address;
    private final InetSocketAddress admin;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    private GatewayProgram(String prelude, int heap, List<String> options) {
        try {
            errors = Files.createTempFile("anteroom-chaos", ".log");
            process = new ProcessBuilder(command(prelude, heap, options))
                    .redirectInput(new File("/dev/null"))
                    .redirectError(errors.toFile())
                    .start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            address = parse(line(out));
            admin = parse(line(out));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts the program with two loops and a small heap.
     *
     * @param upstream the address of the upstream
     * @param options further options
     */
    static GatewayProgram start(InetSocketAddress upstream, String... options) {
        return startWith("", upstream, options);
    }

    /**
     * Starts the program with a given heap.
     *
     * @param heap the heap in MiB
     */
    static GatewayProgram startIn(int heap, InetSocketAddress upstream, String... options) {
        return new GatewayProgram("", heap, all(upstream, options));
    }

    /**
     * Starts the program from a shell that runs other commands first.
     *
     * @param prelude shell commands, such as {@code ulimit -n 100;}
     */
    static GatewayProgram startWith(String prelude, InetSocketAddress upstream, String... options) {
        return new GatewayProgram(prelude, HEAP, all(upstream, options));
    }

    private static List<String> all(InetSocketAddress upstream, String... options) {
        List<String> all = new ArrayList<>(List.of("--upstream", "127.0.0.1:" + upstream.getPort(), "--loops", "2"));
        List<String> more = List.of(options);
        all.addAll(more);
        all.addAll(more.contains("--listen") ? List.of() : List.of("--listen", "127.0.0.1:0"));
        all.addAll(List.of("--admin", "127.0.0.1:0"));
        return all;
    }

    private static List<String> command(String prelude, int heap, List<String> options) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", prelude + " exec \"$0\" \"$@\""));
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx" + heap + "m"));
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.anteroom.gateway.Main", "gateway"));
        command.addAll(options);
        return command;
    }

    /** Reads a line on another thread, because a read from a pipe has no timeout. */
    private static String line(BufferedReader out) throws IOException {
        FutureTask<String> line = new FutureTask<>(out::readLine);
        Thread reader = new Thread(line, "reader");
        reader.setDaemon(true);
        reader.start();
        try {
            return String.valueOf(line.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new IOException("the gateway printed no line in time", e);
        }
    }

    private InetSocketAddress parse(String line) throws IOException {
        Matcher matcher = ADDRESS.matcher(line);
        if (!matcher.find()) {
            throw new IOException("the gateway printed \"" + line + "\" and " + errors());
        }
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(matcher.group(1)));
    }

    InetSocketAddress address() {
        return address;
    }

    InetSocketAddress admin() {
        return admin;
    }

    /** Returns the gate's figures. Connections dropped or lost before the gate count as refused or abandoned. */
    Gauges gauges() {
        String json = send(request("/api/gate").GET());
        long turnedBack = figure(json, "silent") + figure(json, "crowded");
        long left = figure(json, "left");
        return new Gauges(
                figure(json, "arrived") + turnedBack + left,
                figure(json, "active"),
                figure(json, "waiting"),
                figure(json, "admitted"),
                figure(json, "refused") + turnedBack,
                figure(json, "expired"),
                figure(json, "abandoned") + left,
                figure(json, "shed"));
    }

    private static long figure(String json, String name) {
        Matcher matcher = Pattern.compile('"' + name + "\" ?: ?(\\d+)").matcher(json);
        if (!matcher.find()) {
            throw new IllegalStateException("no " + name + " in " + json);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Changes the gate through the admin endpoint. */
    void change(String json) {
        send(request("/api/gate")
                .method("PATCH", BodyPublishers.ofString(json))
                .header("Content-Type", "application/json"));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin.getPort() + path))
                .timeout(TIMEOUT);
    }

    /** Sends a request, and repeats it while the process has no file descriptor for it. */
    private String send(HttpRequest.Builder request) {
        for (int attempt = 1; ; attempt++) {
            try {
                return http.send(request.build(), BodyHandlers.ofString()).body();
            } catch (IOException e) {
                if (attempt == 5 || !process.isAlive()) {
                    throw new UncheckedIOException("the gateway does not answer; it printed: " + errors(), e);
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
        }
    }

    /** Returns the program's standard error, without the warnings of newer JVMs about libraries. */
    String errors() {
        try (Stream<String> lines = Files.lines(errors)) {
            return lines.filter(line -> !line.startsWith("WARNING: ")).collect(Collectors.joining("\n"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    long descriptors() {
        return Descriptors.of(Long.toString(process.pid()));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Sends SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** Waits until the process ends, and returns its exit status; -1 if it does not end in time. */
    int exitStatus() {
        try {
            return process.waitFor(60, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        kill();
        exitStatus();
        try {
            Files.deleteIfExists(errors);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
