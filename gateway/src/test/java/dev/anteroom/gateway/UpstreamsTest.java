package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import dev.anteroom.testkit.ScriptedClient;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests which upstream an admitted connection gets, and what happens to it while there is none. */
class UpstreamsTest {
    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private ScriptedUpstream upstream() {
        ScriptedUpstream upstream = ScriptedUpstream.open();
        opened.add(upstream);
        return upstream;
    }

    private RunningGateway gateway(InetSocketAddress upstream, String... options) {
        RunningGateway gateway = RunningGateway.start(upstream, options);
        opened.add(0, gateway);
        return gateway;
    }

    @Test
    void the_upstream_with_the_fewest_connections_is_chosen() {
        ScriptedUpstream a = upstream();
        ScriptedUpstream b = upstream();
        RunningGateway gateway = gateway(a.address(), "--upstream", text(b.address()), "--limit", "9");
        for (int i = 0; i < 4; i++) {
            opened.add(gateway.connect());
        }
        b.next();
        b.next();
        a.next().close();
        a.next().close();
        gateway.awaitGate("active", 2);
        gateway.connect();
        gateway.connect();
        a.next();
        a.next();
    }

    @Test
    void no_upstream_exceeds_its_own_limit() {
        try (CountingUpstream small = CountingUpstream.open();
                CountingUpstream large = CountingUpstream.open();
                RunningGateway gateway = RunningGateway.start(
                        small.address(), "--upstream", text(large.address()) + "=3", "--limit", "8")) {
            // The first upstream has no limit of its own.
            List<CompletableFuture<String>> answers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                // Each on a thread of its own, because two loops decide the order of admission.
                answers.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (ScriptedClient client = gateway.connect()) {
                                return client.send("x").read(1);
                            }
                        },
                        task -> new Thread(task, "client").start()));
            }
            answers.forEach(answer -> assertEquals("x", Await.value(answer)));
            assertTrue(large.peak() <= 3, "peak " + large.peak());
            assertTrue(small.peak() <= 8, "peak " + small.peak());
        }
    }

    @Test
    void a_client_waits_while_all_upstreams_are_full() {
        ScriptedUpstream one = upstream();
        RunningGateway gateway = gateway(Endpoint.parse("127.0.0.1:1").address(), withLimit(one, 1, "--limit", "2"));
        ScriptedClient first = gateway.connect().send("1");
        ScriptedClient server = one.next();
        assertEquals("1", server.read(1));
        ScriptedClient second = gateway.connect().send("2");
        gateway.awaitGate("active", 2);
        first.close();
        server.close();
        assertEquals("2", one.next().read(1));
        second.close();
    }

    @Test
    void an_upstream_that_refuses_is_skipped() {
        ScriptedUpstream up = upstream();
        RunningGateway gateway =
                gateway(Endpoint.parse("127.0.0.1:1").address(), "--upstream", text(up.address()), "--limit", "10");
        for (int i = 0; i < 10; i++) {
            gateway.connect().send("hello");
            assertEquals("hello", up.next().read(5));
        }
    }

    @Test
    void an_upstream_that_hangs_is_skipped_after_the_timeout() {
        ScriptedUpstream hanging = ScriptedUpstream.open(0, 1);
        opened.add(hanging);
        ScriptedClient.connect(hanging.address());
        ScriptedClient.connect(hanging.address());
        ScriptedUpstream up = upstream();
        RunningGateway gateway = gateway(
                hanging.address(), "--upstream", text(up.address()), "--limit", "2", "--connect-timeout", "100ms");
        gateway.connect().send("1");
        gateway.connect().send("2");
        up.next();
        up.next();
    }

    @Test
    void clients_wait_while_all_upstreams_are_known_to_be_down() {
        ScriptedUpstream away = upstream();
        int port = away.address().getPort();
        away.close();
        RunningGateway gateway =
                gateway(away.address(), "--limit", "2", "--health-check", "20ms", "--upstream-wait", "60s");
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            clients.add(gateway.connect().send("x"));
        }
        gateway.awaitGate("active", 2);
        gateway.awaitGate("waiting", 4);
        try (ScriptedUpstream back = ScriptedUpstream.open(port, 50)) {
            int served = 0;
            while (served < 6) {
                ScriptedClient server = back.next();
                if (server.read(1).equals("x")) {
                    served++;
                    server.send("y").close();
                }
            }
            for (ScriptedClient client : clients) {
                assertEquals("y", client.read(1));
                client.close();
            }
        }
    }

    @Test
    void a_client_that_leaves_the_upstream_wait_frees_its_slot() {
        RunningGateway gateway = gateway(
                Endpoint.parse("127.0.0.1:1").address(),
                "--limit",
                "1",
                "--health-check",
                "20ms",
                "--upstream-wait",
                "60s");
        ScriptedClient held = gateway.connect();
        gateway.awaitGate("active", 1);
        held.close();
        gateway.awaitGate("active", 0);
        gateway.connect().reset();
        Await.until("both came", () -> gateway.gate("admitted") == 2);
        gateway.awaitGate("active", 0);
    }

    @Test
    void the_upstream_wait_is_bounded() {
        RunningGateway gateway = gateway(
                Endpoint.parse("127.0.0.1:1").address(),
                "--limit",
                "1",
                "--health-check",
                "20ms",
                "--upstream-wait",
                "50ms");
        assertEquals("", gateway.connect().readToEnd());
        gateway.awaitGate("active", 0);
    }

    @Test
    void a_client_that_gets_no_upstream_is_told() {
        ScriptedUpstream full = upstream();
        RunningGateway gateway = gateway(
                Endpoint.parse("127.0.0.1:1").address(),
                withLimit(full, 1, "--limit", "2", "--upstream-wait", "50ms", "--busy-message", "busy"));
        gateway.connect();
        full.next();
        assertEquals("busy", gateway.connect().readToEnd());
        full.close();
    }

    @Test
    void a_client_that_no_upstream_accepts_is_told() {
        RunningGateway gateway =
                gateway(Endpoint.parse("127.0.0.1:1").address(), "--limit", "1", "--busy-message", "busy");
        assertEquals("busy", gateway.connect().readToEnd());
        gateway.awaitGate("active", 0);
    }

    @Test
    void an_idle_connection_is_closed_on_both_sides() {
        ScriptedUpstream upstream = upstream();
        RunningGateway gateway = gateway(upstream.address(), "--limit", "1", "--max-idle", "100ms");
        ScriptedClient client = gateway.connect();
        ScriptedClient server = upstream.next();
        assertEquals("", client.readToEnd());
        assertEquals("", server.readToEnd());
        server.close();
        gateway.awaitGate("active", 0);
    }

    @Test
    void a_busy_connection_is_closed_at_the_end_of_its_life() {
        try (CountingUpstream echo = CountingUpstream.open();
                RunningGateway gateway = RunningGateway.start(echo.address(), "--limit", "1", "--max-life", "200ms")) {
            ScriptedClient client = gateway.connect();
            Await.until("it is closed", () -> {
                try {
                    return client.send("x").read(1).isEmpty();
                } catch (UncheckedIOException e) {
                    return true;
                }
            });
            gateway.awaitGate("active", 0);
        }
    }

    @Test
    void contended_limits_close_as_many_as_wait() {
        ScriptedUpstream upstream = upstream();
        RunningGateway gateway =
                gateway(upstream.address(), "--limit", "1", "--contended-max-idle", "50ms", "--max-wait", "0s");
        ScriptedClient idle = gateway.connect();
        ScriptedClient server = upstream.next();
        ScriptedClient next = gateway.connect().send("next");
        assertEquals("", idle.readToEnd());
        server.close();
        assertEquals("next", upstream.next().read(4));
        next.close();
    }

    private static String text(InetSocketAddress address) {
        return Endpoint.of(address).toString();
    }

    private static String[] withLimit(ScriptedUpstream upstream, int limit, String... options) {
        List<String> all = new ArrayList<>(List.of("--upstream", text(upstream.address()) + "=" + limit));
        all.addAll(List.of(options));
        return all.toArray(String[]::new);
    }
}
