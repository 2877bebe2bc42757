package dev.anteroom.testkit;

import static dev.anteroom.testkit.RecordingProtocol.Callback.CONNECTION_LOST;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.KeepAlive;
import dev.anteroom.protocol.Listener;
import dev.anteroom.testkit.Situation.Departure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Peers that vanish: from one moment on, packets from and to them are lost, as if their machine had lost its power.
 * Because that takes a network of its own, a separate JVM does it in a network namespace (Linux, {@code unshare -n} of
 * util-linux, {@code ip} of iproute2). It prints one line for each peer, which says whether its departure was noticed.
 */
final class VanishedPeers {
    private static final String SILENT = "127.9.9.9";
    private static final String UNREACHABLE = "127.9.9.8";
    private static final String NOTICED = "noticed ";
    private static final String MISSED = "missed ";

    /** Makes the addresses unreachable, with rules that precede the one for this machine's own addresses. */
    private static final String VANISH = "PATH=$PATH:/usr/sbin:/sbin"
            + " && ip rule add pref 100 lookup local && ip rule del pref 0"
            + " && for side in from to; do ip rule add pref 10 $side " + SILENT + " blackhole"
            + " && ip rule add pref 10 $side " + UNREACHABLE + " unreachable; done";

    /** Makes the kernel give up on unacknowledged bytes soon; by default it takes a quarter of an hour. */
    private static final String SETUP =
            "PATH=$PATH:/usr/sbin:/sbin && ip link set lo up && echo 3 > /proc/sys/net/ipv4/tcp_retries2";

    private static final KeepAlive SOON = new KeepAlive(Duration.ofSeconds(1), Duration.ofSeconds(1), 2);

    private final Loopback net;
    private final Map<String, BooleanSupplier> expected = new LinkedHashMap<>();

    private VanishedPeers(Loopback net) {
        this.net = net;
    }

    // ---- the test

    /** Returns a test for each situation. */
    static Stream<DynamicTest> noticedBy(Class<? extends TransportSuite> suite) {
        requireNamespaces();
        List<String> lines = new ArrayList<>();
        List<String> others = new ArrayList<>();
        run(SETUP + " && exec \"$0\" \"$@\"", javaOf(suite)).lines().forEach(line -> {
            boolean answer = line.startsWith(NOTICED) || line.startsWith(MISSED);
            (answer ? lines : others).add(line);
        });
        if (lines.isEmpty()) {
            throw new AssertionError("no peers vanished: " + String.join("\n", others));
        }
        return lines.stream().map(VanishedPeers::test);
    }

    private static DynamicTest test(String line) {
        String situation = line.substring(line.indexOf(' ') + 1);
        return DynamicTest.dynamicTest(situation, () -> assertEquals(NOTICED + situation, line));
    }

    private static void requireNamespaces() {
        String complaint = run("PATH=$PATH:/usr/sbin:/sbin; ip rule && echo possible", List.of());
        if (!complaint.contains("possible")) {
            String reason = "network namespaces are not permitted here: " + complaint.strip();
            System.err.println("SKIPPED: no peer vanishes, because " + reason);
            abort(reason);
        }
    }

    private static List<String> javaOf(Class<? extends TransportSuite> suite) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                VanishedPeers.class.getName(),
                suite.getName());
    }

    /** Runs a script in a namespace of its own, and returns its output, errors included. */
    private static String run(String script, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("unshare", "-n", "sh", "-c", script));
        command.addAll(arguments);
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try {
                return String.join("\n", ProgramOutput.of(process).linesToEnd());
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    // ---- in the namespace

    /**
     * Prints for each situation whether the departure was noticed.
     *
     * @param args the class name of a suite
     */
    public static void main(String[] args) throws Exception {
        var constructor = Class.forName(args[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        TransportSuite suite = (TransportSuite) constructor.newInstance();
        try (Loopback net = new Loopback(options -> suite.open(options.withKeepAlive(SOON)))) {
            new VanishedPeers(net).vanish(suite);
        }
    }

    private void vanish(TransportSuite suite) throws Exception {
        for (Departure departure : List.of(Departure.SILENCE, Departure.UNREACHABLE)) {
            Situation.all(departure)
                    .filter(situation -> situation.isPromised(suite))
                    .forEach(this::prepare);
        }
        prepareGate();
        prepareOutgoing();
        net.turn();
        Process rules = new ProcessBuilder("sh", "-c", VANISH).inheritIO().start();
        if (rules.waitFor() == 0) {
            expected.forEach(VanishedPeers::tell);
        }
    }

    private void prepare(Situation situation) {
        RecordingProtocol server = situation.server();
        String address = situation.departure() == Departure.SILENCE ? SILENT : UNREACHABLE;
        ScriptedClient peer = peer(address, net.listen(remote -> server).address());
        situation.bringAbout(server, peer);
        expected.put(situation.toString(), () -> server.count(CONNECTION_LOST) > 0);
    }

    /** Prepares a gate with one client that has the slot and one that waits for it. */
    private void prepareGate() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        Listener listener = net.listen(new GatedProtocolFactory(gate, remote -> new Echo()));
        peer(SILENT, listener.address()).send("x").read(1);
        peer(SILENT, listener.address()).send("x");
        Await.until("one waits", () -> gate.snapshot().waiting() == 1);
        expected.put(
                "an unreachable peer: its slot is free", () -> gate.snapshot().active() == 0);
        expected.put(
                "an unreachable peer: its place is free", () -> gate.snapshot().waiting() == 0);
    }

    /** Prepares an outgoing connection. */
    private void prepareOutgoing() throws IOException {
        RecordingProtocol client = new RecordingProtocol();
        Listener there =
                net.keep(net.loops().listen(new InetSocketAddress(SILENT, 0), remote -> new RecordingProtocol()));
        Await.value(net.connect(there.address(), client));
        expected.put("silence: of a server that was connected to", () -> client.count(CONNECTION_LOST) > 0);
    }

    /** Connects a peer that is slow to read, so that little is sent to it. */
    private ScriptedClient peer(String address, SocketAddress server) {
        try {
            Socket socket = new Socket();
            socket.setReceiveBufferSize(4096);
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(server);
            return net.keep(ScriptedClient.on(socket));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void tell(String situation, BooleanSupplier noticed) {
        try {
            Await.until(situation, noticed);
            System.out.println(NOTICED + situation);
        } catch (AssertionError e) {
            System.out.println(MISSED + situation);
        }
    }
}
