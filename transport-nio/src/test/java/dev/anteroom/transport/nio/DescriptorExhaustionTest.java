package dev.anteroom.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A server with fewer descriptors than clients. */
@DisabledOnOs(OS.WINDOWS)
class DescriptorExhaustionTest {
    private static final Duration A_SECOND = Duration.ofSeconds(1);

    private ServerProcess server;
    private List<ScriptedClient> clients;

    @BeforeEach
    void send_more_clients_than_there_are_descriptors() throws IOException {
        server = new ServerProcess(150, 10_000);
        serveOneFirst();
        clients = IntStream.range(0, 300)
                .mapToObj(i -> ScriptedClient.connect(server.address()).send("x"))
                .toList();
        Await.until("the server logs a warning", () -> warnings() > 0);
    }

    @AfterEach
    void close() throws IOException {
        clients.forEach(ScriptedClient::close);
        server.close();
    }

    @Test
    void the_acceptor_does_not_spin() throws InterruptedException {
        Duration before = server.cpu();
        Thread.sleep(A_SECOND.toMillis());
        Duration used = server.cpu().minus(before);
        assertTrue(used.compareTo(A_SECOND.dividedBy(5)) < 0, "it used " + used + " of a second");
    }

    @Test
    void as_clients_leave_the_others_are_served() {
        for (ScriptedClient client : clients) {
            assertEquals("x", client.read(1));
            client.close();
        }
    }

    @Test
    void it_logs_one_warning_and_not_one_for_each_attempt() {
        clients.forEach(client -> {
            client.read(1);
            client.close();
        });
        assertEquals(1, warnings());
    }

    /**
     * Serves a client, so that all classes are loaded: a JVM that runs from class files needs a descriptor to load a
     * class.
     */
    private void serveOneFirst() {
        try (ScriptedClient client = ScriptedClient.connect(server.address())) {
            assertEquals("x", client.send("x").shutdownOutput().readToEnd());
        }
        server.cpu();
    }

    private long warnings() {
        return server.log().stream()
                .filter(line -> line.contains("cannot accept connections"))
                .count();
    }
}
