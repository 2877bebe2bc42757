package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ProgramOutput;
import dev.anteroom.testkit.ScriptedClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the program as a process: signals and exit statuses. */
@DisabledOnOs(OS.WINDOWS)
class ProcessTest {
    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private Process process;

    private ProgramOutput start(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(args));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(new File("/dev/null"))
                .start();
        return ProgramOutput.of(process);
    }

    /** Starts a gateway and serves one connection. */
    private ScriptedClient serve() throws IOException {
        return ScriptedClient.connect(listening(start(
                "gateway",
                "--listen",
                "127.0.0.1:0",
                "--upstream",
                Endpoint.of(upstream.address()).toString(),
                "--limit",
                "1",
                "--admin",
                "off")));
    }

    private static InetSocketAddress listening(ProgramOutput out) {
        String ready = out.line();
        assertTrue(ready.startsWith("listening on "), ready);
        return Endpoint.parse(ready.substring("listening on ".length())).address();
    }

    @AfterEach
    void close() {
        process.destroyForcibly();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void a_signal_drains_the_gateway_and_exits_with_0(String signal) throws Exception {
        ScriptedClient client = serve();
        ScriptedClient server = upstream.next();
        signal(signal);
        server.send("done").close();
        assertEquals("done", client.readToEnd());
        client.close();
        assertEquals(0, exitStatus());
    }

    @Test
    void a_second_signal_ends_the_process_at_once() throws Exception {
        serve();
        upstream.next();
        Await.until("one signal after the other has ended it", () -> {
            signal("TERM");
            return !process.isAlive();
        });
        assertEquals(1, exitStatus());
    }

    @Test
    void sighup_reloads_the_file_and_keeps_running(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("anteroom.yaml");
        String settings = """
                admin: "off"
                gates: {one: {limit: 1}}
                listeners: [{listen: "127.0.0.1:0", gate: one, upstreams: ["%s"]}]
                """.formatted(Endpoint.of(upstream.address()));
        Files.writeString(file, settings);
        InetSocketAddress address = listening(start("gateway", "--config", file.toString()));
        ScriptedClient first = ScriptedClient.connect(address).send("1");
        ScriptedClient firstServer = upstream.next();
        ScriptedClient.connect(address).send("2");
        assertFalse(upstream.hasNext());
        Files.writeString(file, settings.replace("limit: 1", "limit: 2"));
        signal("HUP");
        assertEquals("2", upstream.next().read(1));
        assertEquals("1", firstServer.read(1));
        firstServer.send("still here");
        assertEquals("still here", first.read(10));
    }

    @Test
    void sighup_without_a_file_keeps_running() throws Exception {
        ScriptedClient client = serve();
        ScriptedClient server = upstream.next();
        signal("HUP");
        signal("TERM");
        server.send("done").close();
        assertEquals("done", client.readToEnd());
        client.close();
        assertEquals(0, exitStatus());
    }

    /** As logrotate does: the file is moved, then the process is told. */
    @Test
    void sigusr1_reopens_the_logs(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        Path load = folder.resolve("load.csv");
        InetSocketAddress address = listening(start(
                "gateway",
                "--listen=127.0.0.1:0",
                "--upstream=" + Endpoint.of(upstream.address()),
                "--limit=1",
                "--admin=off",
                "--access-log=" + log,
                "--record=" + load));
        List<Path> files = List.of(log, load);
        for (int rotation = 1; rotation <= 3; rotation++) {
            ScriptedClient client = ScriptedClient.connect(address);
            upstream.next().close();
            client.readToEnd();
            client.close();
            for (Path file : files) {
                Await.until(
                        "the connection is in " + file, () -> endsWith(file, "released\n") || endsWith(file, "}\n"));
                Files.move(file, Path.of(file + "." + rotation));
            }
            signal("USR1");
            files.forEach(file -> Await.until(file + " is there again", () -> Files.exists(file)));
        }
        signal("TERM");
        assertEquals(0, exitStatus());
        for (int rotation = 1; rotation <= 3; rotation++) {
            assertEquals(1, Files.readAllLines(Path.of(log + "." + rotation)).size());
            assertEquals(2, Files.readAllLines(Path.of(load + "." + rotation)).size());
        }
    }

    private static boolean endsWith(Path file, String end) {
        try {
            return Files.exists(file) && Files.readString(file).endsWith(end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void signals_that_mean_nothing_are_ignored() throws Exception {
        ScriptedClient client = serve();
        ScriptedClient server = upstream.next();
        for (String name : List.of("USR1", "USR2", "ALRM", "VTALRM", "PROF", "IO", "PWR", "WINCH", "USR2")) {
            signal(name);
        }
        server.send("done").close();
        assertEquals("done", client.readToEnd());
        client.close();
        signal("TERM");
        assertEquals(0, exitStatus());
    }

    @Test
    void bad_usage_ends_the_process_with_2() throws Exception {
        start("gateway", "--limit", "0");
        assertEquals(2, exitStatus());
    }

    @Test
    void help_and_check_end_the_process_with_0(@TempDir Path folder) throws Exception {
        String help = start("gateway", "--help").linesToEnd().toString();
        assertTrue(help.contains("--accept-rate=N/s"), help);
        assertEquals(0, exitStatus());
        start("check", Path.of("..", "docs", "anteroom.yaml").toString());
        assertEquals(0, exitStatus());
        start(
                "check",
                Files.writeString(folder.resolve("faulty.yaml"), "limit: 5").toString());
        assertEquals(2, exitStatus());
    }

    private void signal(String name) {
        try {
            ProgramSignal.send(name, process.pid());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError("could not send a signal", e);
        }
    }

    private int exitStatus() throws InterruptedException {
        assertTrue(process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS), "the process goes on");
        return process.exitValue();
    }
}
