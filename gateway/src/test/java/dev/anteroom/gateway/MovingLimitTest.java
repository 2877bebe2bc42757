package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import dev.anteroom.testkit.ScriptedClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests limits that move, with the real gateway. */
class MovingLimitTest {
    @Test
    void a_rule_moves_the_limit_until_a_number_is_given() {
        try (CountingUpstream upstream = CountingUpstream.open();
                RunningGateway gateway =
                        RunningGateway.start(upstream.address(), "--limit", "ramp(min=5, max=50, over=200ms)")) {
            assertEquals(
                    "ramp(min=5, max=50, over=200ms)",
                    gateway.gate().path("limitRule").textValue());
            gateway.awaitGate("limit", 50);
            assertEquals(200, gateway.change("{\"limit\": 7}").statusCode());
            assertEquals(7, gateway.gate("limit"));
            assertEquals("7", gateway.gate().path("limitRule").textValue());
            assertEquals(
                    200,
                    gateway.change("{\"limit\": \"ramp(max=40, over=1ms)\"}").statusCode());
            gateway.awaitGate("limit", 40);
        }
    }

    @Test
    void a_malformed_rule_changes_nothing() {
        try (CountingUpstream upstream = CountingUpstream.open();
                RunningGateway gateway = RunningGateway.start(upstream.address(), "--limit", "7")) {
            var answer = gateway.change("{\"limit\": \"ramp(maxi=40)\"}");
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains("column 1: limit ramp has no parameter"), answer.body());
            assertEquals(7, gateway.gate("limit"));
        }
    }

    @Test
    void a_refusing_upstream_restarts_the_ramp() {
        try (RunningGateway gateway = RunningGateway.start(
                new InetSocketAddress("127.0.0.1", 1), "--limit", "ramp(min=5, max=50, over=1ms, failures=2)")) {
            gateway.awaitGate("limit", 50);
            for (int i = 0; i < 2; i++) {
                try (ScriptedClient client = gateway.connect()) {
                    assertEquals("", client.readToEnd());
                }
            }
            gateway.awaitGate("limit", 5);
        }
    }

    /**
     * Runs over real sockets. The machine's own delays lengthen services too, so services are long in comparison and
     * the bounds are wide. Without an adaptive limit all 120 would be served at once, each for two seconds and a
     * quarter.
     */
    @Test
    void an_adaptive_limit_finds_the_knee_of_an_upstream() throws InterruptedException {
        ExecutorService crowd = Executors.newFixedThreadPool(120);
        try (HoldingUpstream upstream = new HoldingUpstream(MovingLimitTest::slowerBeyond40);
                RunningGateway gateway = RunningGateway.start(
                        upstream.address(),
                        "--limit",
                        "adaptive(gradient2(smoothing=0.5), min=10, max=200, window=500ms)")) {
            for (int i = 0; i < 120; i++) {
                crowd.execute(() -> comeAgainAndAgain(gateway));
            }
            Await.until("it has risen to the knee", () -> gateway.gate("limit") >= 36);
            List<Integer> limits = new ArrayList<>();
            while (limits.size() < 20) {
                int before = gateway.gate("admitted");
                Await.until("25 more are served", () -> gateway.gate("admitted") >= before + 25);
                limits.add(gateway.gate("limit"));
            }
            Collections.sort(limits);
            assertTrue(limits.get(10) >= 25 && limits.get(10) <= 65, limits.toString());
            crowd.shutdownNow();
        }
        assertTrue(crowd.awaitTermination(10, TimeUnit.SECONDS));
    }

    /** With a limit of one, five services end in a second, which is less than a window wants. */
    @ParameterizedTest
    @ValueSource(strings = {"adaptive", "adaptive(gradient2)"})
    void a_limit_rises_although_services_are_slow(String limit) throws InterruptedException {
        ExecutorService crowd = Executors.newFixedThreadPool(40);
        try (HoldingUpstream upstream = new HoldingUpstream(current -> Duration.ofMillis(200));
                RunningGateway gateway = RunningGateway.start(upstream.address(), "--limit", limit)) {
            for (int i = 0; i < 40; i++) {
                crowd.execute(() -> comeAgainAndAgain(gateway));
            }
            Await.until("it has risen", () -> gateway.gate("limit") >= 3);
            crowd.shutdownNow();
        }
        assertTrue(crowd.awaitTermination(10, TimeUnit.SECONDS));
    }

    private static Duration slowerBeyond40(int current) {
        return Duration.ofMillis(250 + 25L * Math.max(0, current - 40));
    }

    private static void comeAgainAndAgain(RunningGateway gateway) {
        while (!Thread.currentThread().isInterrupted()) {
            try (ScriptedClient client = gateway.connect()) {
                client.readToEnd();
            } catch (RuntimeException | AssertionError e) {
                return; // the gateway has ended
            }
        }
    }
}
