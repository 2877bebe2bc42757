package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests how long a slot is held and when it is free again. The limit is 1. */
class SlotTest {
    private ScriptedUpstream upstream = ScriptedUpstream.open();
    private final RunningGateway gateway = RunningGateway.start(upstream.address(), "--limit", "1");

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    @Test
    void a_slot_is_held_until_the_upstream_has_closed_too() {
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        client.close();
        server.readToEnd();
        assertEquals(1, gateway.gate("active"));
        server.close();
        gateway.awaitGate("active", 0);
    }

    @Test
    void after_a_client_reset_the_slot_waits_for_the_upstream() {
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        client.reset();
        server.readToEnd();
        assertEquals(1, gateway.gate("active"));
        server.close();
        gateway.awaitGate("active", 0);
    }

    @Test
    void bytes_for_a_client_that_has_left_are_discarded() {
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        client.reset();
        server.readToEnd();
        server.send(new byte[8 * 1024 * 1024]);
        server.close();
        gateway.awaitGate("active", 0);
    }

    @Test
    void an_upstream_that_does_not_close_is_reset() {
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        client.reset();
        server.readToEnd();
        gateway.awaitGate("active", 0);
        assertThrows(UncheckedIOException.class, () -> server.send("anyone?"));
    }

    @Test
    void a_client_silent_after_its_upstream_closed_loses_its_slot() {
        ScriptedClient client = gateway.connect();
        upstream.next().close();
        gateway.awaitGate("active", 0);
        assertEquals("", client.readToEnd());
    }

    @Test
    void a_client_that_leaves_during_the_connect_frees_its_slot() {
        try (ScriptedUpstream busy = ScriptedUpstream.open(0, 1);
                RunningGateway gateway =
                        RunningGateway.start(busy.address(), "--limit", "1", "--connect-timeout", "1h")) {
            // The kernel accepts one connection more than the backlog; the next one hangs.
            ScriptedClient.connect(busy.address());
            ScriptedClient.connect(busy.address());
            ScriptedClient client = gateway.connect();
            gateway.awaitGate("active", 1);
            client.send("never mind").reset();
            gateway.awaitGate("active", 0);
        }
    }

    @Test
    void a_client_that_closes_during_the_connect_frees_its_slot() {
        try (ScriptedUpstream busy = ScriptedUpstream.open(0, 1);
                RunningGateway gateway =
                        RunningGateway.start(busy.address(), "--limit", "1", "--connect-timeout", "1h")) {
            ScriptedClient.connect(busy.address());
            ScriptedClient.connect(busy.address());
            ScriptedClient client = gateway.connect();
            gateway.awaitGate("active", 1);
            client.close();
            gateway.awaitGate("active", 0);
        }
    }

    @Test
    void clients_are_closed_only_while_the_upstream_is_down() {
        int port = upstream.address().getPort();
        upstream.close();
        for (int i = 0; i < 100; i++) {
            assertEquals("", gateway.connect().readToEnd());
        }
        Await.until("no slot is held", () -> gateway.gate("active") == 0);
        upstream = ScriptedUpstream.open(port, 50);
        ScriptedClient client = gateway.connect().send("back?");
        ScriptedClient server = upstream.next();
        assertEquals("back?", server.read(5));
        client.close();
        server.close();
    }

    @Test
    void all_waiters_are_closed_when_the_upstream_goes_down() {
        ScriptedClient holder = gateway.connect();
        ScriptedClient server = upstream.next();
        ScriptedClient[] waiting =
                IntStream.range(0, 50).mapToObj(i -> gateway.connectWaiting()).toArray(ScriptedClient[]::new);
        upstream.close();
        server.close();
        holder.close();
        for (ScriptedClient client : waiting) {
            assertEquals("", client.readToEnd());
        }
        gateway.awaitGate("active", 0);
        assertFalse(gateway.hasEnded());
    }
}
