package dev.anteroom.gate;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A policy that calls a gate is dropped with one line in the log. No connection is lost, and nothing hangs. */
@Timeout(60)
class PolicyReentryTest {
    private enum Point {
        ENQUEUE,
        DEQUEUE,
        REMOVE,
        DISPLACE,
        RELEASED,
        PREVIEW
    }

    private enum Call {
        ENTER,
        ACQUIRE,
        LEAVE_WAITING,
        LEAVE_SERVED,
        SET_LIMIT,
        SET_RULE,
        SET_POLICY,
        SNAPSHOT,
        WAITERS,
        PAUSE,
        RESUME,
        CLOSE,
        HOLD
    }

    private static final Logger LOGGER = Logger.getLogger(AdmissionGate.class.getName());

    private final List<String> logged = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logRecord) {
            logged.add(logRecord.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    static Stream<Arguments> everyCallFromEveryPoint() {
        return Stream.of(Point.values())
                .flatMap(point -> Stream.of(Call.values())
                        .flatMap(call -> Stream.of(true, false).map(swallows -> Arguments.of(point, call, swallows))));
    }

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void listenNoMore() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    @ParameterizedTest(name = "{1} from {0}, swallows {2}")
    @MethodSource("everyCallFromEveryPoint")
    void a_policy_that_calls_its_gate_is_dropped(Point point, Call call, boolean swallows) {
        Caller policy = new Caller(point, call, swallows);
        AdmissionGate gate = AdmissionGate.builder()
                .limit(2)
                .maxWaiting(3)
                .policy(policy)
                .clock(new SteppedClock())
                .build();
        policy.gate = gate;
        List<Visitor> visitors = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            visitors.add(Visitor.at(gate));
            policy.served = i == 0 ? null : visitors.get(1).admission;
        }
        gate.waiters(10);
        visitors.get(3).admission.leave();
        visitors.forEach(visitor -> visitor.admission.leave());

        assertTrue(policy.called);
        assertEquals("fifo", gate.snapshot().policy());
        assertEquals(1, logged.size(), logged::toString);
        GateSnapshot end = gate.snapshot();
        assertEquals(0, end.waiting(), end::toString);
        assertEquals(0, end.active(), end::toString);
        assertEquals(6, end.arrived(), end::toString);
        assertTrue(gate.limit() == 2 && !gate.isPaused());
        assertEquals(Admission.Decision.ADMITTED, Visitor.at(gate).admission.decision(), "the gate is open");
    }

    @Test
    void a_policy_that_serves_two_gates_is_dropped_by_the_second() {
        SchedulingPolicy shared = new Newest();
        AdmissionGate first = AdmissionGate.builder().limit(1).policy(shared).build();
        AdmissionGate second = AdmissionGate.builder().limit(1).policy(shared).build();
        assertEquals("Newest", first.snapshot().policy());
        assertEquals("fifo", second.snapshot().policy());
        assertEquals(1, logged.size(), logged::toString);
    }

    @Test
    void a_policy_may_serve_again_once_replaced_or_its_gate_is_closed() {
        SchedulingPolicy policy = new Newest();
        AdmissionGate first = AdmissionGate.builder().limit(1).policy(policy).build();
        first.policy(new Newest());
        AdmissionGate second = AdmissionGate.builder().limit(1).policy(policy).build();
        second.close();
        first.policy(policy);
        assertEquals("Newest", first.snapshot().policy());
        assertEquals(List.of(), logged);
    }

    /** Each policy calls the other's gate while its own gate's lock is held. */
    @Test
    void policies_that_call_each_others_gates_do_not_deadlock() throws Exception {
        CyclicBarrier bothHoldTheirLocks = new CyclicBarrier(2);
        Visiting left = new Visiting(bothHoldTheirLocks);
        Visiting right = new Visiting(bothHoldTheirLocks);
        AdmissionGate leftGate = AdmissionGate.builder().limit(1).policy(left).build();
        AdmissionGate rightGate = AdmissionGate.builder().limit(1).policy(right).build();
        left.other = rightGate;
        right.other = leftGate;
        Visitor.at(leftGate);
        Visitor.at(rightGate);
        CompletableFuture<Visitor> one = CompletableFuture.supplyAsync(() -> Visitor.at(leftGate));
        CompletableFuture<Visitor> two = CompletableFuture.supplyAsync(() -> Visitor.at(rightGate));
        assertEquals(Admission.State.WAITING, one.get(30, SECONDS).state());
        assertEquals(Admission.State.WAITING, two.get(30, SECONDS).state());
        assertEquals("fifo", leftGate.snapshot().policy());
        assertEquals("fifo", rightGate.snapshot().policy());
    }

    /** A first come, first served policy that calls its gate once. */
    private static final class Caller implements SchedulingPolicy {
        private final AdmissionQueue waiters = new AdmissionQueue();
        private final Point point;
        private final Call call;
        private final boolean swallows;
        private @Nullable AdmissionGate gate;
        private @Nullable Admission served;
        private boolean called;

        Caller(Point point, Call call, boolean swallows) {
            this.point = point;
            this.call = call;
            this.swallows = swallows;
        }

        private void at(Point here) {
            if (here == point && served != null && !called) {
                called = true;
                try {
                    call();
                } catch (RuntimeException e) {
                    if (!swallows) {
                        throw e;
                    }
                }
            }
        }

        private void call() {
            AdmissionGate mine = Objects.requireNonNull(gate);
            switch (call) {
                case ENTER -> Visitor.at(mine);
                case ACQUIRE -> acquire(mine);
                case LEAVE_WAITING -> Objects.requireNonNull(waiters.peekLast()).leave();
                case LEAVE_SERVED -> Objects.requireNonNull(served).leave();
                case SET_LIMIT -> mine.limit(5);
                case SET_RULE -> mine.limit(new Fixed());
                case SET_POLICY -> mine.policy(new Newest());
                case SNAPSHOT -> mine.snapshot();
                case WAITERS -> mine.waiters(3);
                case PAUSE -> mine.pause();
                case RESUME -> mine.resume();
                case CLOSE -> mine.close();
                case HOLD -> mine.pauseWhenFull(new Tap()).close();
            }
        }

        private static void acquire(AdmissionGate gate) {
            try {
                gate.acquire(Visitor.ADDRESS, Duration.ofSeconds(1));
            } catch (NotAdmittedException | InterruptedException e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public boolean tracksServed() {
            return point == Point.RELEASED;
        }

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            waiters.addLast(newcomer);
            at(Point.ENQUEUE);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            at(Point.DEQUEUE);
            return waiters.pollFirst();
        }

        @Override
        public boolean remove(Admission waiter) {
            boolean removed = waiters.remove(waiter);
            at(Point.REMOVE);
            return removed;
        }

        @Override
        public @Nullable Admission displace(Admission newcomer, long nowNanos) {
            at(Point.DISPLACE);
            return null;
        }

        @Override
        public void released(Admission admission, long nowNanos) {
            at(Point.RELEASED);
        }

        @Override
        public Iterator<Admission> preview(long nowNanos) {
            at(Point.PREVIEW);
            return waiters.iterator();
        }
    }

    private static final class Fixed implements LimitRule {
        @Override
        public @Nullable GateListener govern(LimitControl control) {
            control.limit(7);
            return null;
        }

        @Override
        public String name() {
            return "fixed";
        }
    }

    private static final class Tap implements Acceptor {
        @Override
        public void pause() {}

        @Override
        public void resume() {}
    }

    /** A policy that calls another gate while the locks of both gates are held. */
    private static final class Visiting extends Newest {
        private final CyclicBarrier bothHoldTheirLocks;
        private @Nullable AdmissionGate other;

        Visiting(CyclicBarrier bothHoldTheirLocks) {
            this.bothHoldTheirLocks = bothHoldTheirLocks;
        }

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            super.enqueue(newcomer, nowNanos);
            try {
                bothHoldTheirLocks.await(20, SECONDS);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            Objects.requireNonNull(other).snapshot();
        }
    }
}
