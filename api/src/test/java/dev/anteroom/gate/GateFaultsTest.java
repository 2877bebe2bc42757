package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults of user code never cost the gate a slot, a waiter or the lock. */
class GateFaultsTest {
    private static final Executor FAILING = task -> {
        throw new IllegalStateException("no thread");
    };

    private static final Executor REJECTING = task -> {
        throw new RejectedExecutionException("shut down");
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
    void a_listener_that_sneaks_a_checked_exception_costs_no_slot() {
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
    void a_log_that_throws_does_not_stop_callbacks() {
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
    void setting_the_policy_in_force_again_does_nothing() {
        ListPolicy policy = new ListPolicy();
        AdmissionGate gate = gate().policy(policy).build();
        enter(gate);
        Admission waiter = enter(gate);
        gate.policy(policy);
        assertEquals(List.of(waiter), policy.waiters);
    }

    @Test
    void a_policy_whose_name_throws_is_rejected() {
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
    void dropping_a_policy_at_the_door_does_not_refuse_the_newcomer() {
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
    void a_policy_sees_newcomers_in_the_waiting_state() {
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

    @Test
    void a_rule_that_throws_leaves_the_old_rule_in_force() {
        KeptRule before = new KeptRule(3);
        AdmissionGate gate = AdmissionGate.builder().limit(before).clock(clock).build();
        KeptRule failing = new KeptRule(7) {
            @Override
            public GateListener govern(LimitControl control) {
                super.govern(control);
                throw new IllegalStateException("no upstream to govern");
            }
        };
        assertThrows(IllegalStateException.class, () -> gate.limit(failing));
        assertEquals(3, gate.limit());
        assertSame(before, gate.limitRule());
        assertFalse(failing.control().limit(8));
        assertTrue(before.control().limit(4));
        enter(gate).leave();
        assertEquals(1, before.released);
        assertEquals(0, failing.released);
    }

    @Test
    void a_rule_on_trial_sees_the_limit_that_it_has_set() {
        int[] seen = new int[1];
        AdmissionGate gate = gate().build();
        gate.limit(new KeptRule(7) {
            @Override
            public GateListener govern(LimitControl control) {
                super.govern(control);
                seen[0] = control.limit();
                return this;
            }
        });
        assertEquals(7, seen[0]);
        assertEquals(7, gate.limit());
    }

    @Test
    void a_limit_set_during_govern_ends_the_rule() {
        AdmissionGate gate = gate().build();
        KeptRule late = new KeptRule(7) {
            @Override
            public GateListener govern(LimitControl control) {
                gate.limit(5);
                return super.govern(control);
            }
        };
        gate.limit(late);
        assertEquals(5, gate.limit());
        assertFalse(late.control().limit(8));
        assertNull(gate.limitRule());
    }

    @Test
    void a_connection_is_told_even_if_its_executor_rejects() {
        AdmissionGate gate = gate().build();
        Admission first = enter(gate);
        Visitor rejected = Visitor.at(gate, REJECTING);
        Visitor expiring = Visitor.at(gate, REJECTING);
        first.leave();
        assertEquals(1, rejected.admitted);
        assertEquals(Admission.State.ADMITTED, rejected.state());
        clock.advance(Duration.ofSeconds(30));
        assertEquals(1, expiring.turnedAway);
        assertEquals(0, gate.snapshot().waiting());
        rejected.admission.leave();
        assertEquals(2, gate.snapshot().released());
    }

    @Test
    void an_executor_that_runs_the_task_and_rejects_tells_once() {
        AdmissionGate gate = gate().build();
        Admission first = enter(gate);
        List<Runnable> taken = new ArrayList<>();
        Visitor visitor = Visitor.at(gate, task -> {
            taken.add(task);
            throw new RejectedExecutionException("but it is in the queue");
        });
        first.leave();
        taken.forEach(Runnable::run);
        assertEquals(1, visitor.admitted);
    }

    @Test
    void a_rejected_callback_that_throws_gives_its_slot_back() {
        AdmissionGate gate = gate().build();
        Admission first = enter(gate);
        gate.enter(address(), REJECTING, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {
                throw new IllegalStateException("cannot serve");
            }

            @Override
            public void turnedAway(Admission admission) {}
        });
        Admission last = enter(gate);
        first.leave();
        assertEquals(List.of(last), told);
    }

    @Test
    void a_zero_timeout_sheds_and_displaces_no_waiter() throws Exception {
        ListPolicy displacing = new ListPolicy() {
            @Override
            public Admission displace(Admission newcomer, long nowNanos) {
                return waiters.remove(0);
            }
        };
        AdmissionGate gate = gate().maxWaiting(1).policy(displacing).build();
        Admission slot = gate.acquire(address(), Duration.ZERO);
        Admission waiter = enter(gate);
        assertThrows(NotAdmittedException.class, () -> gate.acquire(address(), Duration.ZERO));
        assertThrows(NotAdmittedException.class, () -> gate.acquire(address(), Duration.ofNanos(-1)));
        assertThrows(NotAdmittedException.class, () -> gate.acquire(address(), Duration.ofSeconds(Long.MIN_VALUE)));
        assertEquals(Admission.State.WAITING, waiter.state());
        GateSnapshot now = gate.snapshot();
        assertEquals(0, now.shed());
        assertEquals(5, now.arrived());
        slot.leave();
        assertEquals(Admission.State.ADMITTED, waiter.state());
    }

    @Test
    void a_source_key_that_throws_costs_no_slot_and_no_count() {
        FailingKey key = new FailingKey();
        AdmissionGate gate = gate().maxPerSource(2).sourceKey(source -> key).build();
        Admission first = enter(gate);
        Admission waiter = enter(gate);
        key.failing = true;
        assertTrue(first.leave());
        assertTrue(waiter.leave());
        assertThrows(IllegalStateException.class, () -> enter(gate));
        key.failing = false;
        assertEquals(0, gate.snapshot().active());
        enter(gate);
        enter(gate);
        assertEquals(Admission.Decision.REFUSED, enter(gate).decision());
    }

    @Test
    void a_clock_that_rejects_the_timer_does_not_stop_callbacks() {
        SteppedClock broken = new SteppedClock();
        AdmissionGate gate = gate().clock(broken).build();
        Admission first = enter(gate);
        broken.failsToSchedule = true;
        Visitor waiter = Visitor.at(gate);
        broken.failsToSchedule = false;
        Visitor next = Visitor.at(gate);
        first.leave();
        assertEquals(1, waiter.admitted);
        broken.advance(Duration.ofSeconds(30));
        assertEquals(1, next.turnedAway, "the timer was set again");
    }

    @Test
    void a_clock_that_fails_for_a_moment_stops_nothing_for_good() {
        SteppedClock broken = new SteppedClock();
        AdmissionGate gate = gate().maxPerSource(3).clock(broken).build();
        Admission first = enter(gate);
        Visitor waiter = Visitor.at(gate);
        broken.failsToTell = true;
        assertThrows(IllegalStateException.class, () -> enter(gate));
        assertThrows(IllegalStateException.class, first::leave);
        broken.failsToTell = false;
        assertEquals(2, gate.snapshot().arrived());
        Admission next = enter(gate);
        assertEquals(Admission.State.ADMITTED, waiter.state());
        enter(gate);
        assertEquals(Admission.Decision.REFUSED, enter(gate).decision(), "the source's three are there");
        broken.failsToTell = true;
        broken.advance(Duration.ofSeconds(30));
        broken.failsToTell = false;
        broken.advance(Duration.ofSeconds(30));
        assertEquals(Admission.State.EXPIRED, next.state());
    }

    @Test
    void a_policy_that_admits_none_while_none_is_served_is_dropped() {
        AdmissionGate gate = gate().limit(2).policy(new Miser(0)).build();
        Admission waiter = enter(gate);
        assertEquals(Admission.State.ADMITTED, waiter.state());
        assertEquals("fifo", gate.snapshot().policy());
    }

    @Test
    void a_policy_may_keep_waiters_back_while_it_serves_some() {
        AdmissionGate gate = gate().limit(2).policy(new Miser(1)).build();
        Admission first = enter(gate);
        Admission waiter = enter(gate);
        assertEquals(Admission.State.WAITING, waiter.state());
        assertEquals("Miser", gate.snapshot().policy());
        first.leave();
        assertEquals("fifo", gate.snapshot().policy(), "nobody is left to wait for");
        assertEquals(Admission.State.ADMITTED, waiter.state());
    }

    @Test
    void connections_admitted_by_an_old_policy_excuse_no_new_one() {
        AdmissionGate gate = gate().limit(2).build();
        enter(gate);
        gate.policy(new Miser(0));
        assertEquals(Admission.State.ADMITTED, enter(gate).state());
    }

    @Test
    void a_policy_that_keeps_a_waiter_it_dequeued_is_dropped() {
        AdmissionGate gate = gate().policy(new SchedulingPolicy() {
                    private final AdmissionQueue queue = new AdmissionQueue();

                    @Override
                    public void enqueue(Admission newcomer, long nowNanos) {
                        queue.addLast(newcomer);
                    }

                    @Override
                    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                        return queue.peekLast();
                    }

                    @Override
                    public boolean remove(Admission waiter) {
                        return queue.remove(waiter);
                    }
                })
                .build();
        Admission first = enter(gate);
        Admission second = enter(gate);
        Admission third = enter(gate);
        first.leave();
        assertEquals("fifo", gate.snapshot().policy());
        assertEquals(Admission.State.ADMITTED, second.state());
        assertEquals(Admission.State.WAITING, third.state());
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

    /** A rule that sets a limit when it is asked to govern, and keeps its control. */
    private static class KeptRule implements LimitRule, GateListener {
        private final int limit;
        private @Nullable LimitControl control;
        private int released;

        KeptRule(int limit) {
            this.limit = limit;
        }

        LimitControl control() {
            return Objects.requireNonNull(control);
        }

        @Override
        public GateListener govern(LimitControl control) {
            this.control = control;
            control.limit(limit);
            return this;
        }

        @Override
        public void released(Admission admission) {
            released++;
        }

        @Override
        public String name() {
            return "kept";
        }
    }

    private static final class FailingKey {
        private boolean failing;

        @Override
        public boolean equals(@Nullable Object other) {
            fail();
            return this == other;
        }

        @Override
        public int hashCode() {
            fail();
            return 1;
        }

        private void fail() {
            if (failing) {
                throw new IllegalStateException("no key");
            }
        }
    }

    /** A policy that tracks the served, and dequeues only a given number of waiters. */
    private static final class Miser extends ListPolicy {
        private int left;

        Miser(int left) {
            this.left = left;
        }

        @Override
        public boolean tracksServed() {
            return true;
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return left-- > 0 ? super.dequeue(nowNanos, shed) : null;
        }
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

    /** A clock that moves when told to, with at most one task. */
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
                    // As in a timer's thread, a task that throws does not end the thread.
                }
            }
            now = end;
        }
    }
}
