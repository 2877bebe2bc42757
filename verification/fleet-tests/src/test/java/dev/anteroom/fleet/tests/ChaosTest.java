package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.CountingUpstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Three gateways share a limit in front of one upstream, under load, while they and their Redis are killed, stopped and
 * cut off from each other, and the limit is changed. The upstream must never see more connections than the limit, and
 * must see that many again after each fault. One thing fails at a time, because two faults at once are not promised to
 * be safe: a node may be stopped before it has reported its connections to a Redis that has lost its data.
 *
 * <p>{@code -Danteroom.chaos.seconds=600} runs longer, and {@code -Danteroom.seed=SEED} repeats the faults of a run.
 */
@DisabledOnOs(OS.WINDOWS)
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
class ChaosTest {
    private static final int CLIENTS = 48;
    private static final int SECONDS_AT_MOST = 7200;
    private static final int SECONDS = Integer.getInteger("anteroom.chaos.seconds", 1);

    private enum Fault {
        NODE_KILLED("a node is killed, and started again"),
        NODE_STOPPED("a node is stopped for a while"),
        NODE_CUT_OFF("a node is cut off from Redis for a while"),
        REDIS_KILLED("Redis is killed, and has forgotten all"),
        REDIS_STOPPED("Redis is stopped for a while"),
        LIMIT_CHANGED("the limit is changed");

        private final String inWords;

        Fault(String inWords) {
            this.inWords = inWords;
        }
    }

    private final SplittableRandom random;
    private final long seed = Long.getLong("anteroom.seed", System.nanoTime());
    private final Map<Fault, List<Long>> recoveries = new EnumMap<>(Fault.class);
    private final List<GatewayProcess> nodes = new ArrayList<>();
    private final CountingUpstream upstream = CountingUpstream.open();
    private final RedisServer redis = RedisServer.open();
    private int limit = 12;

    ChaosTest() throws IOException {
        random = new SplittableRandom(seed);
    }

    @Test
    @Timeout(value = SECONDS_AT_MOST, unit = TimeUnit.SECONDS)
    void the_upstream_never_sees_more_than_the_limit() throws Exception {
        try {
            for (String name : List.of("a", "b", "c")) {
                nodes.add(new GatewayProcess(name, redis, upstream, limit));
            }
            List<Integer> ports = nodes.stream().map(GatewayProcess::port).toList();
            try (Crowd crowd = new Crowd(CLIENTS, ports, random.split())) {
                awaitAllInUse("the start");
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
                while (System.nanoTime() < end) {
                    strikeEachOnce();
                }
                report(crowd.served());
            }
        } finally {
            for (GatewayProcess node : nodes) {
                node.close();
            }
            redis.close();
            upstream.close();
        }
    }

    private void strikeEachOnce() throws IOException, InterruptedException {
        List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
        while (!faults.isEmpty()) {
            Fault fault = faults.remove(random.nextInt(faults.size()));
            strike(fault, nodes.get(random.nextInt(nodes.size())));
            recoveries.computeIfAbsent(fault, any -> new ArrayList<>()).add(awaitAllInUse(fault.inWords));
        }
    }

    /** Causes one fault, and repairs it after a while. */
    private void strike(Fault fault, GatewayProcess node) throws IOException, InterruptedException {
        switch (fault) {
            case NODE_KILLED -> {
                node.kill();
                node.start();
            }
            case NODE_STOPPED -> {
                node.pause();
                letPass();
                node.resume();
            }
            case NODE_CUT_OFF -> {
                node.way().cut();
                letPass();
                node.way().heal();
            }
            case REDIS_KILLED -> {
                redis.kill();
                redis.start();
                awaitAllHeard();
            }
            case REDIS_STOPPED -> {
                redis.pause();
                letPass();
                redis.resume();
            }
            case LIMIT_CHANGED -> changeLimit(node, random.nextInt(4, 20));
        }
    }

    /** Waits until every node has reported to the new Redis; before that a second fault may break the promise. */
    private void awaitAllHeard() {
        GatewayProcess any = nodes.get(0);
        Await.until(
                "the new Redis has heard of all nodes",
                () -> any.fleet().path("nodes").size() == nodes.size());
    }

    /** Waits for a random time, either shorter or longer than a lease. */
    private void letPass() throws InterruptedException {
        Thread.sleep(random.nextInt(200, 2500));
    }

    /** Changes the limit. A lower limit cuts off no connection, so it is checked only once no more slots are lent. */
    private void changeLimit(GatewayProcess node, int next) {
        judge("a change of the limit");
        int before = limit;
        limit = Math.max(before, next);
        Await.until(
                "the limit is changed",
                () -> node.request("PATCH", "/api/fleet", "{\"limit\": " + next + "}")
                                .statusCode()
                        == 200);
        Await.until("at most " + next + " slots are lent", () -> lent(node) <= next && upstream.current() <= next);
        judge("the change of the limit from " + before + " to " + next);
        limit = next;
        upstream.forget();
    }

    private static int lent(GatewayProcess node) {
        return node.fleet().path("lent").asInt(Integer.MAX_VALUE);
    }

    /** Waits until all slots are in use, and returns the milliseconds that this took. */
    private long awaitAllInUse(String after) {
        long begin = System.nanoTime();
        Await.until("all slots are in use after " + after + seed(), () -> upstream.current() >= limit);
        judge(after);
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
    }

    private void judge(String after) {
        int peak = upstream.peak();
        assertTrue(
                peak <= limit,
                () -> "the upstream saw " + peak + " connections at a limit of " + limit + ", after " + after + seed());
    }

    private String seed() {
        return "; -Danteroom.seed=" + seed;
    }

    private void report(long served) {
        System.out.printf(
                "chaos: seed %d, %d connections served, never above the limit; milliseconds until all slots were in use"
                        + " again:%n",
                seed, served);
        recoveries.forEach((fault, millis) -> {
            List<Long> sorted = millis.stream().sorted().toList();
            System.out.printf(
                    "  %-42s %4d times, median %5d, longest %5d%n",
                    fault.inWords, sorted.size(), sorted.get(sorted.size() / 2), sorted.get(sorted.size() - 1));
        });
    }
}
