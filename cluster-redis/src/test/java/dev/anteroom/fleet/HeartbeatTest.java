package dev.anteroom.fleet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.fleet.FleetStatus.State;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ManualClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A node keeps working when user code throws or blocks, and runs no user code under its monitor. */
@Execution(ExecutionMode.SAME_THREAD) // one test plants a log handler
class HeartbeatTest {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final int LENT = 5;

    private final ManualClock clock = new ManualClock();
    private final AdmissionGate gate =
            AdmissionGate.builder().limit(0).maxWait(Duration.ZERO).clock(clock).build();
    private final ScriptedRedis redis = new ScriptedRedis();

    /** Answers each call as the test sets it; grants five slots by default. */
    private static final class ScriptedRedis implements ScriptRunner {
        private final List<String> calls = new ArrayList<>();
        private Supplier<CompletionStage<List<String>>> beats = ScriptedRedis::grant;
        private Supplier<CompletionStage<List<String>>> leaves = () -> answer("ok");

        static CompletionStage<List<String>> grant() {
            return answer("ok", "e", "7", "" + LENT, "" + LENT, "20", "0", "50", "0", "1", "@0");
        }

        static CompletionStage<List<String>> answer(String... words) {
            return CompletableFuture.completedFuture(List.of(words));
        }

        static CompletionStage<List<String>> fail() {
            return CompletableFuture.failedFuture(new IOException("planted: no answer"));
        }

        int count(String call) {
            return (int) calls.stream().filter(call::equals).count();
        }

        @Override
        public CompletionStage<List<String>> run(String script, List<String> keys, List<String> arguments) {
            calls.add(arguments.get(0));
            if (arguments.get(0).equals("leave")) {
                return leaves.get();
            }
            return arguments.get(2).equals("0") ? answer("moved", "e", "7", "@0") : beats.get();
        }
    }

    private FleetLimit.Builder node() {
        return FleetLimit.builder(gate, redis)
                .fleet("f")
                .node("n")
                .limit(20)
                .lease(LEASE)
                .clock(clock);
    }

    private void pass(Duration duration) {
        clock.advance(duration);
    }

    private List<Admission> enter(int count, AdmissionCallback callback) {
        List<Admission> entered = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entered.add(gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, callback));
        }
        return entered;
    }

    private interface Admitted extends AdmissionCallback {
        @Override
        default void turnedAway(Admission admission) {}
    }

    private static final Admitted UNMOVED = admission -> {};

    private void assertBeatsAgain(FleetLimit node) {
        redis.beats = ScriptedRedis::grant;
        pass(Duration.ofSeconds(2));
        assertEquals(State.HELD, node.status().state());
        int before = redis.count("beat");
        pass(Duration.ofSeconds(10));
        assertTrue(redis.count("beat") - before >= 30, redis.calls::toString);
    }

    @Test
    void a_cutter_that_throws_is_called_again() {
        List<Integer> cuts = new ArrayList<>();
        List<Admission> served = new ArrayList<>();
        FleetLimit node = node().cutOff(Duration.ofMillis(100), excess -> {
                    cuts.add(excess);
                    if (cuts.size() == 1) {
                        throw new IllegalStateException("planted: a cutter");
                    }
                    served.forEach(Admission::leave);
                })
                .start();
        pass(LEASE);
        served.addAll(enter(3, UNMOVED));
        redis.beats = ScriptedRedis::fail;
        pass(Duration.ofSeconds(4));
        assertEquals(List.of(3, 3), cuts);
        assertEquals(0, gate.snapshot().active());
        assertBeatsAgain(node);
    }

    @Test
    void a_runner_that_throws_is_called_again() {
        FleetLimit node = node().start();
        pass(LEASE);
        redis.beats = () -> {
            throw new IllegalStateException("planted: a runner");
        };
        pass(LEASE.plusMillis(200));
        assertEquals(State.LAPSED, node.status().state());
        assertEquals(0, gate.limit());
        assertBeatsAgain(node);
    }

    @Test
    void a_malformed_answer_counts_as_none() {
        FleetLimit node = node().start();
        pass(LEASE);
        for (List<String> nonsense :
                List.of(List.<String>of(), List.of("ok", "e", "7", "9"), List.of("ok", "e", "7", "x"))) {
            redis.beats = () -> CompletableFuture.completedFuture(nonsense);
            pass(LEASE.plusMillis(200));
            assertEquals(State.LAPSED, node.status().state(), nonsense::toString);
            assertEquals(0, gate.limit());
            assertBeatsAgain(node);
        }
    }

    @Test
    void a_log_handler_that_throws_does_not_stop_the_heartbeat() {
        Logger logger = Logger.getLogger(FleetLimit.class.getName());
        AtomicInteger thrown = new AtomicInteger();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                thrown.incrementAndGet();
                throw new IllegalStateException("planted: a log handler");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            AtomicInteger cuts = new AtomicInteger();
            FleetLimit node =
                    node().cutOff(Duration.ofMillis(500), cuts::addAndGet).start();
            pass(LEASE);
            enter(3, UNMOVED);
            redis.beats = ScriptedRedis::fail;
            pass(Duration.ofSeconds(4));
            assertEquals(3, cuts.get());
            assertEquals(0, gate.limit());
            assertBeatsAgain(node);
            assertTrue(thrown.get() > 0);
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void callbacks_run_outside_the_monitor() {
        redis.beats = () -> ScriptedRedis.answer("ok", "e", "7", "0", "0", "20", "0", "50", "0", "1", "@0");
        FleetLimit node = node().start();
        pass(LEASE);
        List<State> seen = new ArrayList<>();
        enter(3, (Admitted) admission -> seen.add(askOnAnotherThread(node)));
        redis.beats = ScriptedRedis::grant;
        pass(LEASE);
        assertEquals(List.of(State.HELD, State.HELD, State.HELD), seen);
    }

    private static State askOnAnotherThread(FleetLimit node) {
        CompletableFuture<State> asked =
                CompletableFuture.supplyAsync(() -> node.status().state());
        Await.until("the other thread has its answer", asked::isDone);
        return asked.join();
    }

    @Test
    void a_cutter_runs_outside_the_monitor() {
        FleetLimit[] node = new FleetLimit[1];
        List<State> seen = new ArrayList<>();
        node[0] = node().cutOff(Duration.ZERO, excess -> seen.add(askOnAnotherThread(node[0])))
                .start();
        pass(LEASE);
        enter(1, UNMOVED);
        redis.beats = ScriptedRedis::fail;
        pass(LEASE.multipliedBy(3));
        assertEquals(List.of(State.LAPSED), seen);
    }

    @Test
    void a_blocked_callback_does_not_extend_the_lease() throws InterruptedException {
        redis.beats = () -> ScriptedRedis.answer("ok", "e", "7", "0", "0", "20", "0", "50", "0", "1", "@0");
        CompletableFuture<List<String>> late = new CompletableFuture<>();
        FleetLimit node = node().start();
        pass(LEASE);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        enter(1, (Admitted) admission -> {
            entered.countDown();
            Await.until("the test releases the callback", () -> release.getCount() == 0);
        });
        redis.beats = () -> late;
        pass(Duration.ofMillis(60));
        redis.beats = ScriptedRedis::fail;
        Thread network = new Thread(
                () -> late.complete(ScriptedRedis.grant().toCompletableFuture().join()));
        network.start();
        entered.await();
        pass(LEASE.multipliedBy(2));
        assertEquals(State.LAPSED, node.status().state());
        assertEquals(0, gate.limit());
        release.countDown();
        network.join();
        assertEquals(0, gate.limit());
    }

    @Test
    void a_node_with_another_lease_than_the_fleet_holds_nothing() {
        FleetLimit node = node().start();
        pass(LEASE);
        assertEquals(LENT, gate.limit());
        redis.beats = () -> ScriptedRedis.answer("lease", "5000");
        pass(LEASE);
        assertEquals(State.MISMATCHED, node.status().state());
        assertEquals(0, gate.limit());
    }

    @Test
    void a_node_asks_a_failing_redis_less_and_less_often() {
        FleetLimit.builder(gate, redis)
                .fleet("f")
                .node("n")
                .limit(20)
                .lease(Duration.ofSeconds(10))
                .clock(clock)
                .start();
        pass(LEASE);
        enter(30, UNMOVED); // a node in need asks every 50 ms
        redis.beats = ScriptedRedis::fail;
        int before = redis.count("beat");
        pass(Duration.ofSeconds(8));
        int asked = redis.count("beat") - before;
        assertTrue(asked >= 5 && asked <= 16, asked + " questions in 8 s");
    }

    @Test
    void nodes_that_fail_together_retry_at_different_times() {
        List<List<Long>> asked = new ArrayList<>();
        for (String name : List.of("a", "b", "c", "d")) {
            List<Long> times = new ArrayList<>();
            asked.add(times);
            AdmissionGate own = AdmissionGate.builder().limit(0).clock(clock).build();
            FleetLimit.builder(own, (script, keys, arguments) -> {
                        times.add(clock.nanoTime());
                        return ScriptedRedis.fail();
                    })
                    .fleet("f")
                    .node(name)
                    .limit(20)
                    .clock(clock)
                    .start();
        }
        pass(Duration.ofSeconds(10));
        assertEquals(4, asked.stream().distinct().count(), asked::toString);
    }

    @Test
    void a_node_repeats_that_it_leaves_until_redis_answers() {
        FleetLimit node = node().start();
        pass(LEASE);
        redis.leaves = ScriptedRedis::fail;
        CompletableFuture<Void> closed = CompletableFuture.runAsync(node::close);
        Await.until("the first call of leave", () -> redis.count("leave") == 1);
        redis.leaves = () -> ScriptedRedis.answer("ok");
        Await.until("the node has left", () -> {
            pass(Duration.ofMillis(20));
            return closed.isDone();
        });
        assertEquals(2, redis.count("leave"));
        pass(LEASE);
        assertEquals(0, clock.pending());
    }

    @Test
    void a_node_that_still_serves_does_not_leave() {
        FleetLimit node = node().start();
        pass(LEASE);
        enter(1, UNMOVED);
        node.close();
        pass(LEASE.multipliedBy(3));
        assertEquals(0, redis.count("leave"));
        assertEquals(0, gate.limit());
        assertFalse(clock.pending() > 0);
    }
}
