package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What user code, at its worst, does to a gate: it costs itself, never a slot, a waiter or the lock. */
class GateFaultsTest {
    private static final Executor FAILING = task -> {
        throw new IllegalStateException("no thread");
    };

    private final Logger logger = Logger.getLogger("dev.anteroom.gate");
    private final Handler failingHandler = new FailingHandler();
    private final HandClock clock = new HandClock();
    private final List<Admission> told = new ArrayList<>();
    private final AdmissionCallback callback = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {
            told.add(admission);
        }

        @Override
        public void turnedAway(Admission admission) {
            told.add(admission);
        }
    };

    @AfterEach
    void logAgain() {
        logger.removeHandler(failingHandler);
    }

    @Test
    void a_listener_that_throws_a_checked_exception_behind_the_compilers_back_costs_no_slot() {
        AdmissionGate gate = gate().listener(new GateListener() {
                    @Override
                    public void released(Admission admission) {
                        throw GateFaultsTest.<RuntimeException>disguised(new IOException("broken pipe"));
                    }
                })
                .build();
        assertTrue(enter(gate).leave());
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void a_log_that_throws_keeps_nobody_from_being_told() {
        logger.addHandler(failingHandler);
        AdmissionGate gate = gate().build();
        Admission first = enter(gate);
        gate.enter(address(), FAILING, callback);
        Admission last = enter(gate);
        first.leave();
        assertEquals(List.of(last), told);
    }

    @Test
    void a_log_that_throws_does_not_stop_the_timer() {
        logger.addHandler(failingHandler);
        AdmissionGate gate = gate().build();
        enter(gate);
        gate.enter(address(), FAILING, callback);
        clock.advance(Duration.ofSeconds(29));
        Admission later = enter(gate);
        clock.advance(Duration.ofSeconds(30));
        assertEquals(Admission.State.EXPIRED, later.state());
    }

    @Test
    void a_log_that_throws_does_not_keep_a_faulty_policy_in_place() {
        logger.addHandler(failingHandler);
        AdmissionGate gate = gate().policy(new ListPolicy() {
                    @Override
                    public Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                        throw new IllegalStateException("lost count");
                    }
                })
                .build();
        Admission first = enter(gate);
        Admission second = enter(gate);
        assertTrue(first.leave());
        assertEquals(Admission.State.ADMITTED, second.state());
    }

    @Test
    void an_error_inside_a_critical_section_gives_the_lock_back() throws Exception {
        AdmissionGate gate = gate().build();
        Admission first = enter(gate);
        Admission second = enter(gate);
        clock.failing = true;
        assertThrows(StackOverflowError.class, first::leave);
        clock.failing = false;
        CompletableFuture<GateSnapshot> elsewhere = CompletableFuture.supplyAsync(gate::snapshot);
        assertEquals(1, elsewhere.get(10, TimeUnit.SECONDS).waiting());
        enter(gate);
        assertEquals(Admission.State.ADMITTED, second.state());
    }

    @Test
    void the_policy_in_force_is_not_handed_the_waiters_that_it_holds() {
        ListPolicy policy = new ListPolicy();
        AdmissionGate gate = gate().policy(policy).build();
        enter(gate);
        Admission waiter = enter(gate);
        gate.policy(policy);
        assertEquals(List.of(waiter), policy.waiters);
    }

    @Test
    void a_policy_whose_name_throws_is_not_taken() {
        AdmissionGate gate = gate().build();
        SchedulingPolicy nameless = new ListPolicy() {
            @Override
            public String name() {
                throw new IllegalStateException("nameless");
            }
        };
        assertThrows(IllegalStateException.class, () -> gate.policy(nameless));
        assertEquals("fifo", gate.snapshot().policy());
        assertThrows(IllegalStateException.class, () -> gate().policy(nameless).build());
    }

    @Test
    void no_newcomer_is_refused_beside_a_free_slot_when_the_policy_that_held_it_back_is_dropped() {
        AdmissionGate gate = gate().maxWaiting(0)
                .policy(new ListPolicy() {
                    @Override
                    public boolean tracksServed() {
                        return true;
                    }

                    @Override
                    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                        return null;
                    }

                    @Override
                    public boolean remove(Admission waiter) {
                        return false;
                    }
                })
                .build();
        assertEquals(Admission.Decision.ADMITTED, enter(gate).decision());
    }

    @Test
    void a_policy_is_shown_waiters_that_wait() {
        List<Admission.@Nullable State> seen = new ArrayList<>();
        AdmissionGate gate = gate().maxWaiting(1)
                .policy(new ListPolicy() {
                    @Override
                    public void enqueue(Admission newcomer, long nowNanos) {
                        seen.add(newcomer.state());
                        super.enqueue(newcomer, nowNanos);
                    }

                    @Override
                    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
                        seen.add(newcomer.state());
                        return null;
                    }
                })
                .build();
        enter(gate);
        enter(gate);
        assertEquals(Admission.State.REFUSED, enter(gate).state());
        assertEquals(List.of(Admission.State.WAITING, Admission.State.WAITING), seen);
    }

    private AdmissionGate.Builder gate() {
        return AdmissionGate.builder().limit(1).clock(clock);
    }

    private Admission enter(AdmissionGate gate) {
        return gate.enter(address(), Runnable::run, callback);
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", 1);
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> T disguised(Throwable checked) throws T {
        throw (T) checked;
    }

    private static final class FailingHandler extends Handler {
        @Override
        public void publish(LogRecord logged) {
            throw new IllegalStateException("disk full");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    private static class ListPolicy implements SchedulingPolicy {
        final List<Admission> waiters = new ArrayList<>();

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            waiters.add(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return waiters.isEmpty() ? null : waiters.remove(0);
        }

        @Override
        public boolean remove(Admission waiter) {
            return waiters.remove(waiter);
        }
    }

    /** Moves when told to, with one task at most. */
    private static final class HandClock implements GateClock {
        private long now;
        private boolean failing;
        private long dueNanos;
        private @Nullable Runnable task;

        @Override
        public long nanoTime() {
            if (failing) {
                throw new StackOverflowError("as if the caller were deep down");
            }
            return now;
        }

        @Override
        public void schedule(long delayNanos, Runnable later) {
            assertFalse(task != null);
            dueNanos = now + delayNanos;
            task = later;
        }

        void advance(Duration duration) {
            long end = now + duration.toNanos();
            while (task != null && dueNanos <= end) {
                now = dueNanos;
                Runnable due = task;
                task = null;
                try {
                    due.run();
                } catch (IllegalStateException e) {
                    // As a timer's thread would: the task is over, the thread goes on.
                }
            }
            now = end;
        }
    }
}
