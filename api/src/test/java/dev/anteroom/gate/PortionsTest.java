package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Work that concerns many waiters is done in portions. Between two portions the callbacks of the first one run, and do
 * to the gate what other threads might do.
 */
class PortionsTest {
    private static final int MANY = 500;
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private final SteppedClock clock = new SteppedClock();
    private final List<Admission> told = new ArrayList<>();
    private final List<GateSnapshot> seen = new ArrayList<>();
    private final List<Throwable> faults = new ArrayList<>();
    private Runnable betweenPortions = () -> {};
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(2 * MANY)
            .maxWait(MAX_WAIT)
            .clock(clock)
            .build();
    private final Admission served = Visitor.at(gate).admission;
    private final List<Visitor> waiters = new ArrayList<>();

    @AfterEach
    void nothingWentWrongBetween() {
        assertEquals(List.of(), faults);
    }

    @Test
    void expiry_gives_others_the_lock_and_keeps_its_promises() {
        crowd();
        clock.advance(MAX_WAIT);
        assertMovedInPortions();
        assertCountersAddedUp();
        assertTrue(waiters.stream().allMatch(each -> each.state() == Admission.State.EXPIRED && each.turnedAway == 1));
        assertEquals(MANY, gate.snapshot().expired());
    }

    @Test
    void due_waiters_expire_although_many_arrive_meanwhile() {
        crowd();
        betweenPortions = () -> waiters.add(Visitor.at(gate));
        clock.advance(MAX_WAIT);
        assertEquals(MANY, gate.snapshot().expired());
        assertEquals(1, clock.pending());
        clock.advance(MAX_WAIT);
        assertEquals(0, gate.snapshot().waiting());
    }

    @Test
    void a_slot_freed_during_expiry_goes_to_the_oldest_waiter_left() {
        crowd();
        betweenPortions = () -> served.leave();
        clock.advance(MAX_WAIT);
        List<Admission> admitted = told.stream()
                .filter(each -> each.state() == Admission.State.ADMITTED)
                .toList();
        assertEquals(1, admitted.size());
        int place = IntStream.range(0, MANY)
                .filter(i -> waiters.get(i).admission == admitted.get(0))
                .findFirst()
                .orElseThrow();
        assertTrue(IntStream.range(0, place).allMatch(i -> waiters.get(i).state() == Admission.State.EXPIRED));
    }

    @Test
    void closing_refuses_all_at_once_and_tells_them_in_portions() {
        crowd();
        gate.close();
        assertTrue(seen.stream().allMatch(now -> now.waiting() == 0 && now.refused() == MANY), seen::toString);
        assertCountersAddedUp();
        assertTrue(waiters.stream().allMatch(each -> each.state() == Admission.State.REFUSED && each.turnedAway == 1));
    }

    @Test
    void connections_that_arrive_or_leave_during_closing_are_refused() {
        crowd();
        Visitor last = waiters.get(MANY - 1);
        betweenPortions = () -> {
            served.leave();
            assertEquals(0, gate.snapshot().active(), "the slot goes to nobody");
            assertEquals(Admission.State.REFUSED, Visitor.at(gate).state());
            assertEquals(false, last.admission.leave());
            assertEquals(Admission.State.REFUSED, last.state());
            assertEquals(List.of(), gate.waiters(5));
            clock.advance(MAX_WAIT);
            gate.limit(50);
            gate.policy(new Newest());
        };
        gate.close();
        GateSnapshot end = gate.snapshot();
        assertEquals(MANY + 1, end.refused());
        assertEquals(MANY + 2, end.arrived());
        assertTrue(waiters.stream().allMatch(each -> each.turnedAway == 1 && each.admitted == 0));
        assertEquals(0, clock.pending());
    }

    @Test
    void a_raised_limit_admits_in_portions_and_leaves_no_slot_free() {
        crowd();
        gate.limit(300);
        assertEquals(300, gate.limit());
        assertEquals(299, told.size());
        assertMovedInPortions();
        assertCountersAddedUp();
        assertTrue(seen.stream().allMatch(now -> now.active() == now.limit()), seen::toString);
    }

    @Test
    void a_limit_set_while_another_rises_stays() {
        crowd();
        betweenPortions = () -> gate.limit(2);
        gate.limit(300);
        assertEquals(2, gate.limit());
    }

    @Test
    void resuming_admits_in_portions_and_unpauses_after_the_last() {
        gate.pause();
        gate.limit(400);
        crowd();
        gate.resume();
        assertEquals(399, told.size());
        assertTrue(seen.stream().anyMatch(GateSnapshot::paused));
        assertTrue(seen.stream().allMatch(now -> now.paused() || now.waiting() == 0 || now.active() == now.limit()));
    }

    @Test
    void a_pause_during_a_resume_lasts() {
        gate.pause();
        gate.limit(400);
        crowd();
        betweenPortions = gate::pause;
        gate.resume();
        assertTrue(gate.isPaused());
        assertTrue(told.size() < 399);
    }

    @Test
    void a_new_policy_takes_over_when_it_has_all_waiters() {
        Newest before = new Newest();
        gate.policy(before);
        crowd();
        Oldest next = new Oldest();
        gate.policy(next);
        assertEquals("Oldest", gate.snapshot().policy());
        assertEquals(MANY, next.waiters.size());
        served.leave();
        assertEquals(Admission.State.ADMITTED, waiters.get(0).state());
    }

    @Test
    void the_old_policy_decides_while_the_new_one_is_filled() throws Exception {
        Newest before = new Newest();
        gate.policy(before);
        crowd();
        Oldest next = new Oldest();
        Thread[] other = new Thread[1];
        next.whenHalfFilled = () -> {
            other[0] = new Thread(() -> {
                served.leave();
                waiters.get(3).admission.leave();
                waiters.add(Visitor.at(gate));
            });
            other[0].start();
            while (other[0].getState() != Thread.State.WAITING && other[0].isAlive()) {
                Thread.onSpinWait();
            }
        };
        gate.policy(next);
        other[0].join();
        GateSnapshot now = gate.snapshot();
        assertEquals("Oldest", now.policy());
        assertEquals(now.waiting(), next.waiters.size());
        assertEquals(MANY - 1, now.waiting());
        assertTrue(
                next.waiters.stream().allMatch(each -> each.state() == Admission.State.WAITING),
                "those that left are forgotten");
    }

    @Test
    void a_policy_that_fails_while_filled_leaves_the_old_one_in_force() {
        Newest before = new Newest();
        gate.policy(before);
        crowd();
        Oldest next = new Oldest();
        next.whenHalfFilled = () -> {
            throw new IllegalStateException("full up");
        };
        var refusal = assertThrows(IllegalArgumentException.class, () -> gate.policy(next));
        assertEquals("full up", refusal.getCause().getMessage());
        assertEquals("Newest", gate.snapshot().policy());
        served.leave();
        assertSame(Admission.State.ADMITTED, waiters.get(MANY - 1).state());
        gate.policy(new ByQueue());
        waiters.get(MANY - 1).admission.leave();
        assertSame(Admission.State.ADMITTED, waiters.get(0).state());
    }

    @Test
    void queue_policies_may_replace_each_other_repeatedly() {
        crowd();
        for (int i = 0; i < 5; i++) {
            gate.policy(i % 2 == 0 ? new Newest() : new ByQueue());
        }
        served.leave();
        assertEquals(Admission.State.ADMITTED, waiters.get(MANY - 1).state());
        assertEquals(MANY - 1, gate.waiters(2 * MANY).size());
    }

    @Test
    void a_failed_policy_is_dropped_with_many_waiters() {
        Oldest policy = new Oldest();
        gate.policy(policy);
        crowd();
        policy.waiters.clear();
        served.leave();
        assertEquals("fifo", gate.snapshot().policy());
        assertEquals(Admission.State.ADMITTED, waiters.get(0).state());
    }

    private void crowd() {
        for (int i = 0; i < MANY; i++) {
            waiters.add(Visitor.telling(gate, this::hear));
        }
    }

    private void hear(Admission admission) {
        told.add(admission);
        seen.add(gate.snapshot());
        if (told.size() == 1) {
            try {
                betweenPortions.run();
            } catch (Throwable e) {
                faults.add(e);
            }
        }
    }

    private void assertCountersAddedUp() {
        assertTrue(seen.stream().allMatch(now -> now.arrived() == MANY + 1), seen::toString);
    }

    /** Checks that the first callback still sees most of the other connections waiting. */
    private void assertMovedInPortions() {
        int left = seen.get(0).waiting();
        assertTrue(left >= MANY - 100 && left < MANY, seen.get(0)::toString);
    }

    private static final class Newest extends ByQueue {
        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return waiters.pollLast();
        }
    }

    private static class ByQueue implements SchedulingPolicy {
        final AdmissionQueue waiters = new AdmissionQueue();

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            waiters.addLast(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return waiters.pollFirst();
        }

        @Override
        public boolean remove(Admission waiter) {
            return waiters.remove(waiter);
        }
    }

    /** A first come, first served policy with a set of its own. */
    private static final class Oldest implements SchedulingPolicy {
        final Set<Admission> waiters = new LinkedHashSet<>();
        private Runnable whenHalfFilled = () -> {};

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            waiters.add(newcomer);
            if (waiters.size() == MANY / 2) {
                whenHalfFilled.run();
            }
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            Admission first = waiters.stream().findFirst().orElse(null);
            waiters.remove(first);
            return first;
        }

        @Override
        public boolean remove(Admission waiter) {
            return waiters.remove(waiter);
        }
    }
}
