package dev.anteroom.fleet.tests;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetLimit;
import dev.anteroom.fleet.RedisScripts;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.Await;
import io.lettuce.core.RedisClient;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Measures the load that a fleet puts on a real Redis. {@code -Danteroom.fleet.cost=1000} sets the number of nodes,
 * half of which always want more slots.
 */
@Isolated
@EnabledIfSystemProperty(named = "anteroom.fleet.cost", matches = "\\d+")
class FleetCostTest {
    private static final int NODES = Integer.getInteger("anteroom.fleet.cost", 1000);
    private static final int LIMIT = 5 * NODES;
    private static final int SECONDS = 10;

    private enum Stays implements AdmissionCallback {
        FOR_EVER;

        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    }

    @Test
    void a_redis_is_not_overloaded() throws Exception {
        List<FleetLimit> nodes = new ArrayList<>();
        List<AdmissionGate> gates = new ArrayList<>();
        try (RedisServer redis = RedisServer.open();
                RedisScripts scripts = RedisScripts.open(redis.uri(), Duration.ofSeconds(2));
                RedisClient client = RedisClient.create(redis.uri())) {
            for (int i = 0; i < NODES; i++) {
                AdmissionGate gate =
                        AdmissionGate.builder().limit(0).maxWait(Duration.ZERO).build();
                gates.add(gate);
                nodes.add(FleetLimit.builder(gate, scripts)
                        .fleet("cost")
                        .node("node-" + i)
                        .limit(LIMIT)
                        .start());
                for (int waiting = 0; waiting < 12 * (i % 2); waiting++) {
                    gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, Stays.FOR_EVER);
                }
            }
            Await.until(
                    "all slots are in use",
                    () -> gates.stream()
                                    .mapToInt(gate -> gate.snapshot().active())
                                    .sum()
                            > LIMIT * 0.98);
            var info = client.connect().sync();
            long callsBefore = figure(info.info("commandstats"), "cmdstat_evalsha:calls=(\\d+)");
            double cpuBefore = cpu(info.info("cpu"));
            Thread.sleep(SECONDS * 1000L); // the period that is measured
            long calls = figure(info.info("commandstats"), "cmdstat_evalsha:calls=(\\d+)") - callsBefore;
            double cpu = cpu(info.info("cpu")) - cpuBefore;
            System.out.printf(
                    "%d nodes: %d calls per second, %.0f%% of a core of Redis, %.0f us a call%n",
                    NODES, calls / SECONDS, 100 * cpu / SECONDS, 1e6 * cpu / calls);
            assertTrue(cpu < SECONDS, "the Redis is overloaded");
            nodes.forEach(FleetLimit::close);
        }
    }

    private static double cpu(String info) {
        return number(info, "used_cpu_user:([\\d.]+)") + number(info, "used_cpu_sys:([\\d.]+)");
    }

    private static long figure(String info, String pattern) {
        return (long) number(info, pattern);
    }

    private static double number(String info, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(info);
        assertTrue(matcher.find(), () -> pattern + " in " + info);
        return Double.parseDouble(matcher.group(1));
    }
}
