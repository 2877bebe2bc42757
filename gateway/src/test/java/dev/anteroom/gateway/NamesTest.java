package dev.anteroom.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Tests the names of upstreams in a process of its own, whose names come from a file of the test. */
@DisabledOnOs({OS.WINDOWS, OS.MAC})
class NamesTest {
    @TempDir
    private Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Process process;

    @AfterEach
    void close() throws Exception {
        process.destroyForcibly().waitFor();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private ServerSocket server(String host, int port) throws IOException {
        ServerSocket server = new ServerSocket(port, 50, InetAddress.getByName(host));
        server.setSoTimeout(Math.toIntExact(Await.DEADLINE.toMillis()));
        opened.add(server);
        return server;
    }

    private void names(String... lines) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), String.join("\n", lines) + "\n");
        Files.move(next, folder.resolve("hosts"), StandardCopyOption.REPLACE_EXISTING);
    }

    private Path log() {
        return folder.resolve("log");
    }

    private InetSocketAddress start(int port) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djdk.net.hosts.file=" + folder.resolve("hosts"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "gateway",
                        "--listen",
                        "127.0.0.1:0",
                        "--upstream",
                        "db.test:" + port,
                        "--limit",
                        "9",
                        "--resolve-interval",
                        "50ms",
                        "--admin",
                        "off")
                .redirectError(log().toFile())
                .redirectInput(new File("/dev/null"))
                .start();
        BufferedReader out = process.inputReader(UTF_8);
        return Endpoint.parse(out.readLine().replace("listening on ", "")).address();
    }

    private void serve(InetSocketAddress gateway, ServerSocket by) throws IOException {
        try (ScriptedClient client = ScriptedClient.connect(gateway).send("x");
                ScriptedClient server = ScriptedClient.on(by.accept())) {
            assertEquals("x", server.read(1));
        }
    }

    private void awaitLog(String text) {
        Await.until("the log has: " + text, () -> {
            try {
                return Files.readString(log()).contains(text);
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void a_name_that_moves_takes_new_connections_along() throws IOException {
        ServerSocket before = server("127.0.0.1", 0);
        ServerSocket after = server("127.0.0.2", before.getLocalPort());
        names("127.0.0.1 db.test");
        InetSocketAddress gateway = start(before.getLocalPort());
        try (ScriptedClient stays = ScriptedClient.connect(gateway).send("1");
                ScriptedClient served = ScriptedClient.on(before.accept())) {
            assertEquals("1", served.read(1));
            names("127.0.0.2 db.test");
            awaitLog("has lost the address 127.0.0.1:" + before.getLocalPort());
            serve(gateway, after);
            stays.send("2");
            assertEquals("2", served.read(1));
        }
        assertTrue(Files.readString(log()).contains("has the new address 127.0.0.2:"));
    }

    @Test
    void a_name_that_is_lost_keeps_its_address() throws IOException {
        ServerSocket server = server("127.0.0.1", 0);
        names("127.0.0.1 db.test");
        InetSocketAddress gateway = start(server.getLocalPort());
        names("127.0.0.1 other.test");
        awaitLog("cannot look up the name of the upstream db.test");
        serve(gateway, server);
        names("127.0.0.1 db.test");
        awaitLog("is known again");
    }

    @Test
    void clients_get_the_address_that_answers() throws IOException {
        ServerSocket server = server("::1", 0);
        names("127.0.0.1 db.test", "::1 db.test", "127.0.0.3 db.test");
        InetSocketAddress gateway = start(server.getLocalPort());
        for (int i = 0; i < 6; i++) {
            serve(gateway, server);
        }
    }
}
