package dev.anteroom.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ProgramOutput;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the program as a process whose standard input is a socket, as a service manager starts it. Python passes the
 * socket, because Java cannot.
 */
class SocketActivationTest {
    /**
     * Opens a socket, prints its port, and for each line that it reads starts the program with the socket as standard
     * input. Prints the exit status when the program ends.
     */
    private static final String MANAGER = """
            import socket, subprocess, sys
            family, kind, listens = sys.argv[1:4]
            held = socket.socket(getattr(socket, family), getattr(socket, kind))
            held.bind(("127.0.0.1", 0) if family == "AF_INET" else "\\0anteroom-test-%d" % id(held))
            if listens == "yes":
                held.listen(100)
            print(held.getsockname()[1] if family == "AF_INET" else 0, flush=True)
            for line in sys.stdin:
                child = subprocess.Popen(sys.argv[4:], stdin=held, stderr=subprocess.STDOUT)
                print("pid %d" % child.pid, flush=True)
                print("exit %d" % child.wait(), flush=True)
            """;

    private static final String LISTENING = "AF_INET SOCK_STREAM yes";

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private Process manager;
    private ProgramOutput out;
    private InetSocketAddress address;
    private long program;

    @BeforeEach
    void needsPython() throws InterruptedException {
        try {
            Process python = new ProcessBuilder("python3", "-c", "").start();
            assumeTrue(python.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS) && python.exitValue() == 0);
        } catch (IOException e) {
            assumeTrue(false, "there is no python3");
        }
    }

    @AfterEach
    void close() {
        if (manager != null) {
            manager.descendants().forEach(ProcessHandle::destroyForcibly);
            manager.destroyForcibly();
        }
        upstream.close();
    }

    private void holdFor(String transport) throws IOException {
        hold(
                LISTENING,
                "--listen",
                "inherited",
                "--transport",
                transport,
                "--upstream",
                Endpoint.of(upstream.address()).toString(),
                "--limit",
                "1",
                "--max-waiting",
                "1",
                "--loops",
                "1",
                "--admin",
                "off");
    }

    private void hold(String socket, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-c", MANAGER));
        command.addAll(List.of(socket.split(" ")));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", // as the launcher does: JDK 25 warns otherwise
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "gateway"));
        command.addAll(List.of(options));
        manager = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        out = ProgramOutput.of(manager);
        address = new InetSocketAddress("127.0.0.1", Integer.parseInt(out.line()));
    }

    private void start() throws IOException {
        manager.outputWriter(UTF_8).append('\n').flush();
        String pid = out.line();
        assertTrue(pid.startsWith("pid "), pid);
        program = Long.parseLong(pid.substring(4));
    }

    private void signal(String name) throws IOException, InterruptedException {
        assertTrue(ProgramSignal.send(name, program), "the program has ended");
    }

    private void serves(ScriptedClient client, String text) {
        client.send(text);
        ScriptedClient server = upstream.next();
        assertEquals(text, server.read(text.length()));
        server.send(text).close();
        assertEquals(text, client.readToEnd());
        client.close();
    }

    /** Clients that connect before, between and during drains are all served, over one socket that is never closed. */
    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty-nio"})
    void clients_that_connect_between_gateways_are_served(String transport) throws Exception {
        holdFor(transport);
        ScriptedClient early = ScriptedClient.connect(address);
        start();
        assertEquals("listening on " + Endpoint.of(address), out.line());
        serves(early, "early");
        ScriptedClient held = ScriptedClient.connect(address).send("held");
        ScriptedClient server = upstream.next();
        assertEquals("held", server.read(4));
        ScriptedClient waiting = ScriptedClient.connect(address);
        // The room has one place, so a refusal of the next client shows that the last one is in it.
        assertEquals("", ScriptedClient.connect(address).readToEnd());
        signal("TERM");
        // The gateway stops accepting before it turns the waiters away.
        assertEquals("", waiting.readToEnd());
        ScriptedClient late = ScriptedClient.connect(address);
        server.send("done").close();
        assertEquals("done", held.readToEnd());
        held.close();
        assertEquals("exit 0", out.line());

        ScriptedClient between = ScriptedClient.connect(address);
        start();
        assertEquals("listening on " + Endpoint.of(address), out.line());
        serves(late, "late");
        serves(between, "between");
    }

    @Test
    void a_reload_cannot_give_up_the_inherited_socket(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("anteroom.yaml");
        String settings = """
                admin: "off"
                gates: {one: {limit: 1}}
                listeners: [{listen: inherited, gate: one, upstreams: ["%s"]}]
                """.formatted(Endpoint.of(upstream.address()));
        Files.writeString(file, settings);
        hold(LISTENING, "--config", file.toString());
        start();
        assertEquals("listening on " + Endpoint.of(address), out.line());
        Files.writeString(file, settings.replace("limit: 1", "limit: 2"));
        signal("HUP");
        assertEquals("anteroom: reloaded " + file, out.line());
        ScriptedClient first = ScriptedClient.connect(address);
        upstream.next();
        serves(ScriptedClient.connect(address), "second");
        Files.writeString(file, settings.replace("inherited", "127.0.0.1:0"));
        signal("HUP");
        String refusal = out.line();
        assertTrue(refusal.contains("not reloaded") && refusal.contains("\"inherited\" cannot change"), refusal);
        first.close();
        serves(ScriptedClient.connect(address), "third");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            AF_INET SOCK_STREAM no  | does not listen
            AF_INET SOCK_DGRAM no   | not a listening TCP socket
            AF_UNIX SOCK_STREAM yes | not a listening TCP socket
            """)
    void an_unusable_socket_is_reported_in_one_line(String socket, String reason) throws Exception {
        hold(socket, "--listen", "inherited", "--upstream", "127.0.0.1:1", "--limit", "1", "--admin", "off");
        start();
        String complaint = out.line();
        assertTrue(complaint.startsWith("anteroom: --listen: "), complaint);
        assertTrue(complaint.contains("cannot listen on inherited") && complaint.contains(reason), complaint);
        assertTrue(complaint.contains("StandardInput=socket"), complaint);
        assertEquals("exit 1", out.line());
    }

    @Test
    void a_transport_that_cannot_inherit_leaves_it_listening() throws Exception {
        holdFor("netty-epoll");
        ScriptedClient early = ScriptedClient.connect(address);
        start();
        String complaint = out.line();
        assertTrue(complaint.contains("cannot listen on inherited") && complaint.contains("nio"), complaint);
        assertEquals("exit 1", out.line());
        early.close();
        ScriptedClient.connect(address).close();
    }
}
