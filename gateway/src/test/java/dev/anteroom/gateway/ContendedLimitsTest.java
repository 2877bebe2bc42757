package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests how many idle connections are closed for those that wait, and which. An upstream that does not close keeps the
 * slot of its connection for three seconds, in which a faulty gateway would close many more.
 */
class ContendedLimitsTest {
    private static final int IDLE = 8;

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private final List<ScriptedClient> clients = new ArrayList<>();
    private final List<ScriptedClient> servers = new ArrayList<>();
    private RunningGateway gateway;

    @AfterEach
    void close() {
        clients.forEach(ScriptedClient::close);
        servers.forEach(ScriptedClient::close);
        gateway.close();
        upstream.close();
    }

    private void start(String limit, String loops, String ofUpstream) {
        gateway = RunningGateway.startWith(
                2,
                "gateway --listen 127.0.0.1:0 --admin 127.0.0.1:0 --drain-timeout 0s --contended-max-idle 200ms"
                        .concat(" --max-wait 0s --limit " + limit + " --loops " + loops + " --upstream ")
                        .concat(Endpoint.of(upstream.address()) + ofUpstream)
                        .split(" "));
    }

    /** Connects clients that say something, one after the other, so that the first is idle for longest. */
    private void connectIdle(int count) {
        for (int i = 0; i < count; i++) {
            clients.add(gateway.connect().send("x"));
            ScriptedClient server = upstream.next();
            servers.add(server);
            assertEquals("x", server.read(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2", "8"})
    void one_waiter_costs_the_longest_idle_only(String loops) {
        start("" + IDLE, loops, "");
        connectIdle(IDLE);
        ScriptedClient waiter = gateway.connect().send("next");
        clients.add(waiter);
        assertEquals("", clients.get(0).readToEnd());
        ScriptedClient server = upstream.next();
        servers.add(server);
        assertEquals("next", server.read(4));
        for (int i = 1; i < IDLE; i++) {
            clients.get(i).send("y");
            assertEquals("y", servers.get(i).read(1));
        }
    }

    @Test
    void a_client_that_waits_for_an_upstream_counts_as_waiting() {
        start("5", "2", "=1");
        connectIdle(1);
        clients.add(gateway.connect().send("next"));
        assertEquals("", clients.get(0).readToEnd());
        servers.get(0).close();
        ScriptedClient server = upstream.next();
        servers.add(server);
        assertEquals("next", server.read(4));
    }

    @Test
    void nobody_is_closed_while_the_gate_is_paused() {
        start("1", "1", "");
        connectIdle(1);
        gateway.change("{\"paused\": true}");
        clients.add(gateway.connectWaiting());
        long begin = System.nanoTime();
        Await.until("several sweeps have passed", () -> System.nanoTime() - begin > 1_000_000_000L);
        clients.get(0).send("still here");
        assertEquals("still here", servers.get(0).read(10));
        gateway.change("{\"paused\": false}");
        assertEquals("", clients.get(0).readToEnd());
    }
}
