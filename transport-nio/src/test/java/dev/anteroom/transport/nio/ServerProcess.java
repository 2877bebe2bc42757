package dev.anteroom.transport.nio;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.Echo;
import dev.anteroom.testkit.Loopback;
import dev.anteroom.testkit.ProgramOutput;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A gated echo server in a separate JVM, for resources that can only be measured or exhausted there. It answers each
 * line on its standard input with a line on its standard output, and ends at the end of its input.
 */
final class ServerProcess implements AutoCloseable {
    private final Process process;
    private final ProgramOutput answers;
    private final Path log;
    private final InetSocketAddress address;

    /**
     * Starts a server.
     *
     * @param descriptors the number of file descriptors that it may have
     * @param limit the limit of its gate
     */
    ServerProcess(int descriptors, int limit) throws IOException {
        log = Files.createTempFile("anteroom", ".log");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -n " + descriptors + "; exec \"$0\" \"$@\"",
                        java,
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServerProcess.class.getName(),
                        Integer.toString(limit))
                .redirectError(log.toFile())
                .start();
        answers = ProgramOutput.of(process);
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), Math.toIntExact(ask("port")));
    }

    InetSocketAddress address() {
        return address;
    }

    /** Returns the number of bytes in use on the heap. */
    long heap() {
        return ask("heap");
    }

    /** Returns the processor time that its event loop has used, without that of the JIT compiler. */
    Duration cpu() {
        return Duration.ofNanos(ask("cpu"));
    }

    long waiting() {
        return ask("waiting");
    }

    /** Returns the lines of its log. */
    List<String> log() {
        try {
            return Files.readAllLines(log, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long ask(String question) {
        try {
            process.getOutputStream().write((question + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
            return Long.parseLong(answers.line());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.delete(log);
    }

    public static void main(String[] args) throws IOException {
        var loops = new NioTransportProvider().open(TransportOptions.defaults().withLoops(1));
        var gate = AdmissionGate.builder().limit(Integer.parseInt(args[0])).build();
        var listener = loops.listen(Loopback.anyPort(), new GatedProtocolFactory(gate, remote -> new Echo()));
        var questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            System.out.println(
                    switch (question) {
                        case "port" -> ((InetSocketAddress) listener.address()).getPort();
                        case "waiting" -> gate.snapshot().waiting();
                        case "cpu" -> cpuNanos(loops.loops().get(0));
                        default -> heapBytes();
                    });
        }
        loops.close();
    }

    private static long cpuNanos(EventLoop loop) {
        Thread thread =
                CompletableFuture.supplyAsync(Thread::currentThread, loop).join();
        return ManagementFactory.getThreadMXBean().getThreadCpuTime(thread.getId());
    }

    private static long heapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
