package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import dev.anteroom.testkit.ScriptedClient;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests many clients with every kind of behaviour. */
class ChurnTest {
    private static final int LIMIT = 3;
    private static final int CLIENTS = 16;
    private static final int CONNECTIONS_EACH = 60;

    @Test
    void the_upstream_never_counts_more_connections_than_the_limit() {
        long seed = new Random().nextLong();
        try (CountingUpstream upstream = CountingUpstream.open();
                RunningGateway gateway =
                        RunningGateway.start(upstream.address(), "--limit", "" + LIMIT, "--max-waiting", "8")) {
            ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
            Await.value(CompletableFuture.allOf(IntStream.range(0, CLIENTS)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> churn(gateway, new Random(seed + i)), threads))
                    .toArray(CompletableFuture<?>[]::new)));
            threads.shutdown();
            Await.until("all is at rest", () -> gateway.gate("active") == 0 && gateway.gate("waiting") == 0);
            Await.until("the upstream is at rest", () -> upstream.current() == 0);
            assertTrue(upstream.peak() <= LIMIT, "seed " + seed + ": " + upstream.peak());
            assertAddsUp(gateway.gate(), CLIENTS * CONNECTIONS_EACH);
        }
    }

    private static void churn(RunningGateway gateway, Random dice) {
        for (int i = 0; i < CONNECTIONS_EACH; i++) {
            ScriptedClient client = gateway.connect();
            try {
                byte[] message = new byte[dice.nextInt(20_000)];
                client.send(message);
                switch (dice.nextInt(4)) {
                    case 0 -> client.reset();
                    case 1 -> client.shutdownOutput().readToEnd();
                    case 2 -> client.read(Math.min(dice.nextInt(100), message.length));
                    default -> {}
                }
            } catch (RuntimeException e) {
                // Turned away.
            } finally {
                client.close();
            }
        }
    }

    private static void assertAddsUp(JsonNode gate, int arrived) {
        assertEquals(arrived, gate.path("arrived").intValue());
        int sum = 0;
        for (String end : new String[] {"admitted", "refused", "expired", "abandoned", "shed"}) {
            sum += gate.path(end).intValue();
        }
        assertEquals(arrived, sum, gate.toString());
    }
}
