package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.OS;

/**
 * Three gateways share a limit in front of one upstream, under load, while they and their Redis are killed, stopped and cut off from
 * one another. Two things are judged: the upstream never sees more than the limit, and it sees that many again after each fault.
 *
 * <p>{@code -Danteroom.chaos.seconds=600} for longer, {@code -Danteroom.seed=SEED} for the same faults again.
 */
@DisabledOnOs(OS.WINDOWS)
@EnabledIfSystemProperty(named = "anteroom.chaos.seconds", matches = "\\d+")
class ChaosTest {
    private static final int LIMIT = 12;
    private static final int CLIENTS = 48;
    private static final int SECONDS_AT_MOST = 7200;
    private static final int SECONDS = Integer.getInteger("anteroom.chaos.seconds", 15);

    private final SplittableRandom random;
    private final long seed = Long.getLong("anteroom.seed", System.nanoTime());
    private final Map<String, List<Long>> recoveries = new TreeMap<>();
    private final List<GatewayProcess> nodes = new ArrayList<>();
    private final CountingUpstream upstream = new CountingUpstream();
    private final RedisServer redis = RedisServer.open();

    ChaosTest() throws IOException {
        random = new SplittableRandom(seed);
    }

    @Test
    @Timeout(value = SECONDS_AT_MOST, unit = TimeUnit.SECONDS)
    void the_upstream_never_sees_more_than_the_limit_whatever_fails() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            nodes.add(new GatewayProcess(name, redis, upstream, LIMIT));
        }
        List<Integer> ports = nodes.stream().map(GatewayProcess::port).toList();
        try (Crowd crowd = new Crowd(CLIENTS, ports, random.split())) {
            recover("start");
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < end) {
                String fault = strike();
                recover(fault);
            }
            report(crowd.served());
        } finally {
            for (GatewayProcess node : nodes) {
                node.close();
            }
            redis.close();
            upstream.close();
        }
    }

    /** Makes one thing fail for a while, and heals it. */
    private String strike() throws IOException, InterruptedException {
        GatewayProcess node = nodes.get(random.nextInt(nodes.size()));
        switch (random.nextInt(5)) {
            case 0 -> {
                node.kill();
                node.start();
                return "a node is killed, and started again";
            }
            case 1 -> {
                node.pause();
                letPass();
                node.resume();
                return "a node is stopped for a while";
            }
            case 2 -> {
                node.way().cut();
                letPass();
                node.way().heal();
                return "a node is cut off from Redis for a while";
            }
            case 3 -> {
                redis.kill();
                redis.start();
                return "Redis is killed, and has forgotten all";
            }
            default -> {
                redis.pause();
                letPass();
                redis.resume();
                return "Redis is stopped for a while";
            }
        }
    }

    /** Shorter than a lease, or longer: that is the point. */
    private void letPass() throws InterruptedException {
        Thread.sleep(random.nextInt(200, 2500));
    }

    /** Waits until the upstream is used in full again. */
    private void recover(String fault) {
        long millis = Await.that(() -> upstream.current() >= LIMIT, "all slots are in use again after: " + fault);
        recoveries.computeIfAbsent(fault, name -> new ArrayList<>()).add(millis);
        assertTrue(
                upstream.peak() <= LIMIT,
                () -> "the upstream saw " + upstream.peak() + " connections at a limit of " + LIMIT + ", after: "
                        + fault + "; -Danteroom.seed=" + seed);
    }

    private void report(long served) {
        System.out.printf(
                "chaos: seed %d, %d connections served, peak %d of %d; milliseconds until all slots were in use"
                        + " again:%n",
                seed, served, upstream.peak(), LIMIT);
        recoveries.forEach((fault, millis) -> {
            List<Long> sorted = millis.stream().sorted().toList();
            System.out.printf(
                    "  %-42s %4d times, median %5d, longest %5d%n",
                    fault, sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
        });
    }
}
