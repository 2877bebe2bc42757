package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the end of a gateway on request, with one served connection. */
class DrainTest {
    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private RunningGateway gateway;
    private ScriptedClient client;
    private ScriptedClient server;

    @BeforeEach
    void serveOne() {
        start("20s");
    }

    private void start(String drainTimeout) {
        gateway = RunningGateway.start(
                upstream.address(), "--limit", "1", "--drain-timeout", drainTimeout, "--busy-message", "closing");
        client = gateway.connect();
        server = upstream.next();
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        gateway.close();
        upstream.close();
    }

    @Test
    void served_connections_may_finish() {
        gateway.terminate();
        client.send("question");
        assertEquals("question", server.read(8));
        server.send("answer").close();
        assertEquals("answer", client.readToEnd());
        client.close();
        assertEquals(0, gateway.exitStatus());
        assertEquals("", gateway.errors());
    }

    @Test
    void waiting_connections_are_told_and_refused() {
        ScriptedClient waiting = gateway.connectWaiting();
        gateway.terminate();
        assertEquals("closing", waiting.readToEnd());
        server.close();
        client.close();
        assertEquals(0, gateway.exitStatus());
    }

    @Test
    void new_connections_are_not_accepted() {
        gateway.terminate();
        Await.until("health is no more", () -> gateway.get("/healthz").statusCode() == 503);
        Await.until("nobody listens", () -> {
            try (ScriptedClient newcomer = gateway.connect()) {
                return newcomer.readToEnd().equals("");
            } catch (UncheckedIOException e) {
                return true;
            }
        });
        assertThrows(UncheckedIOException.class, () -> gateway.connect());
    }

    @Test
    void connections_open_at_the_timeout_are_cut_off_and_counted() {
        client.close();
        server.close();
        gateway.close();
        start("100ms");
        gateway.terminate();
        assertEquals(0, gateway.exitStatus());
        assertTrue(client.isReset());
        assertTrue(server.isReset());
        assertEquals(1, gateway.errors().lines().count(), gateway.errors());
        assertTrue(gateway.errors().contains("connections cut off: 1"), gateway.errors());
    }
}
