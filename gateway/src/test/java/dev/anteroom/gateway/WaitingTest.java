package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests connections over the limit, which is 1 unless stated otherwise. */
class WaitingTest {
    private final ScriptedUpstream upstream = ScriptedUpstream.open();

    /** Keeps the sockets reachable, because an unreachable socket is closed when it is collected. */
    private final List<Served> served = new ArrayList<>();

    private RunningGateway gateway;

    private void start(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        if (!all.contains("--limit")) {
            all.addAll(List.of("--limit", "1"));
        }
        gateway = RunningGateway.start(upstream.address(), all.toArray(String[]::new));
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"fifo, abcdef", "lifo, fedcba", "priority, efcdab", "priority(ageing=1h), efcdab"})
    void waiters_reach_the_upstream_in_the_order_of_the_policy(String policy, String order) {
        start("--policy", policy, "--class", "127.0.0.3/32=0", "--class", "127.0.0.2/31=5");
        Served holder = serve();
        Map<String, ScriptedClient> clients = new TreeMap<>();
        List.of("a 127.0.0.1", "b 127.0.0.1", "c 127.0.0.2", "d 127.0.0.2", "e 127.0.0.3", "f 127.0.0.3")
                .forEach(client -> clients.put(
                        client.substring(0, 1),
                        gateway.connectWaiting(client.substring(2)).send(client.substring(0, 1))));
        holder.finish();
        StringBuilder seen = new StringBuilder();
        while (seen.length() < order.length()) {
            ScriptedClient server = upstream.next();
            String name = server.read(1);
            seen.append(name);
            new Served(clients.get(name), server).finish();
        }
        assertEquals(order, seen.toString());
    }

    @Test
    void no_waiter_reaches_the_upstream() {
        start();
        serve();
        gateway.connectWaiting().send("let me in");
        assertFalse(upstream.hasNext());
    }

    @Test
    void a_full_room_refuses_with_the_busy_message() {
        start("--max-waiting", "1", "--busy-message", "busy, come back\\r\\n");
        serve();
        gateway.connectWaiting();
        assertEquals("busy, come back\r\n", gateway.connect().send("request").readToEnd());
        assertEquals(1, gateway.gate("refused"));
    }

    @Test
    void without_places_connections_over_the_limit_are_refused() {
        start("--max-waiting", "0");
        serve();
        assertEquals("", gateway.connect().readToEnd());
    }

    @Test
    void a_waiter_expires_with_the_busy_message() {
        start("--max-wait", "200ms", "--busy-message", "too long");
        Served holder = serve();
        long begin = System.nanoTime();
        assertEquals("too long", gateway.connect().readToEnd());
        assertTrue(System.nanoTime() - begin >= 200_000_000);
        assertEquals(1, gateway.gate("expired"));
        holder.finish();
    }

    @Test
    void a_waiting_client_that_closes_or_resets_gives_up_its_place() {
        start();
        serve();
        gateway.connectWaiting().close();
        gateway.awaitGate("waiting", 0);
        gateway.connectWaiting().send("hello").close();
        gateway.awaitGate("waiting", 0);
        gateway.connectWaiting().send("hello").reset();
        gateway.awaitGate("waiting", 0);
        assertEquals(3, gateway.gate("abandoned"));
    }

    @Test
    void with_half_close_keep_a_waiter_keeps_its_place() {
        start("--half-close", "keep");
        Served holder = serve();
        ScriptedClient client = gateway.connectWaiting().send("question").shutdownOutput();
        holder.finish();
        ScriptedClient server = upstream.next();
        assertEquals("question", server.readToEnd());
        server.send("answer").close();
        assertEquals("answer", client.readToEnd());
    }

    @Test
    void a_source_holds_no_more_than_its_cap_served_and_waiting() {
        start("--max-per-source", "2");
        serve();
        gateway.connectWaiting();
        assertEquals("", gateway.connect().readToEnd());
        gateway.connectWaiting("127.0.0.2");
    }

    @Test
    void raising_the_limit_admits_waiters() {
        start();
        serve();
        gateway.connectWaiting();
        gateway.connectWaiting();
        gateway.change("{\"limit\": 3}");
        upstream.next();
        upstream.next();
        assertEquals(3, gateway.gate("active"));
    }

    @Test
    void lowering_the_limit_admits_nobody_until_below_it() {
        start("--limit", "2");
        Served first = serve();
        Served second = serve();
        ScriptedClient waiting = gateway.connectWaiting().send("w");
        gateway.change("{\"limit\": 1}");
        first.finish();
        gateway.awaitGate("active", 1);
        assertFalse(upstream.hasNext());
        second.finish();
        assertEquals("w", upstream.next().read(1));
        waiting.close();
    }

    @Test
    void waiters_move_to_a_new_policy() {
        start();
        Served holder = serve();
        gateway.connectWaiting().send("a");
        gateway.connectWaiting().send("b");
        assertEquals(2, gateway.gate("waiting"));
        gateway.change("{\"policy\": \"lifo\"}");
        holder.finish();
        assertEquals("b", upstream.next().read(1));
        assertEquals("lifo", gateway.gate().path("policy").textValue());
    }

    @Test
    void waits_of_admitted_connections_are_in_the_histogram() {
        start();
        Served holder = serve();
        gateway.connectWaiting();
        holder.finish();
        upstream.next();
        Await.until("both are counted", () -> gateway.get("/metrics").body().contains("anteroom_wait_seconds_count 2"));
    }

    private Served serve() {
        ScriptedClient client = gateway.connect();
        Served pair = new Served(client, upstream.next());
        served.add(pair);
        return pair;
    }

    /** Both sides of a proxied connection. */
    private record Served(ScriptedClient client, ScriptedClient server) {
        void finish() {
            client.close();
            server.close();
        }
    }
}
