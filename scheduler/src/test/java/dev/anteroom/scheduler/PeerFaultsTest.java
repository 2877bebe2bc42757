package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.Decision;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateListener;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Faults that were found in other limiters, each tested as a promise of this one. {@link GateRacesTest} has those that
 * need two threads.
 */
@ExtendWith(QuietLog.class)
class PeerFaultsTest {
    private final ManualClock clock = new ManualClock();
    private final List<Admission> told = new ArrayList<>();

    @Test
    void a_priority_function_that_throws_costs_no_slot_and_no_place() {
        boolean[] failing = new boolean[1];
        AdmissionGate gate = gate(1).priorityClass(source -> {
                    if (failing[0]) {
                        throw new IllegalStateException("no such class");
                    }
                    return 0;
                })
                .maxWaiting(1)
                .maxPerSource(2)
                .build();
        failing[0] = true;
        assertThrows(IllegalStateException.class, () -> enter(gate));
        failing[0] = false;
        assertEquals(Decision.ADMITTED, enter(gate).decision());
        failing[0] = true;
        assertThrows(IllegalStateException.class, () -> enter(gate));
        failing[0] = false;
        assertEquals(Decision.WAITING, enter(gate).decision());
        assertEquals(2, gate.snapshot().arrived());
    }

    @Test
    void raising_the_limit_from_one_to_four_admits_three_waiters_at_once() {
        AdmissionGate gate = gate(1).build();
        List<Admission> all = enter(gate, 6);
        gate.limit(4);
        assertEquals(all.subList(1, 4), told);
        assertEquals(4, gate.snapshot().active());
        assertEquals(2, gate.snapshot().waiting());
        all.forEach(Admission::leave);
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void lowering_the_limit_does_not_wait_for_served_connections() throws Exception {
        AdmissionGate gate = gate(4).build();
        List<Admission> all = enter(gate, 6);
        CompletableFuture.runAsync(() -> gate.limit(1)).get(10, TimeUnit.SECONDS);
        assertEquals(4, gate.snapshot().active());
        all.subList(0, 4).forEach(Admission::leave);
        assertEquals(1, gate.snapshot().active());
        assertEquals(State.ADMITTED, all.get(4).state());
    }

    @Test
    void a_double_release_makes_no_third_permit_at_a_limit_of_two() {
        AdmissionGate gate = gate(2).maxWaiting(0).build();
        Admission first = enter(gate);
        enter(gate);
        assertTrue(first.leave());
        assertFalse(first.leave());
        assertEquals(Decision.ADMITTED, enter(gate).decision());
        assertEquals(Decision.REFUSED, enter(gate).decision());
    }

    @Test
    void waiters_that_timed_out_leave_their_places_to_others() {
        AdmissionGate gate =
                gate(1).maxWaiting(10).maxWait(Duration.ofSeconds(1)).build();
        Admission served = enter(gate);
        for (int round = 0; round < 20; round++) {
            enter(gate, 10).forEach(waiter -> assertEquals(Decision.WAITING, waiter.decision()));
            assertEquals(10, gate.snapshot().waiting());
            clock.advance(Duration.ofSeconds(1));
            assertEquals(0, gate.snapshot().waiting());
        }
        Admission next = enter(gate);
        served.leave();
        assertEquals(State.ADMITTED, next.state(), "the slot goes to none of the two hundred");
    }

    @Test
    void a_waiter_that_leaves_is_gone_at_that_instant() {
        AdmissionGate gate = gate(1).maxWaiting(1).build();
        List<Admission> all = enter(gate, 2);
        all.get(1).leave();
        Admission next = enter(gate);
        assertEquals(Decision.WAITING, next.decision());
        all.get(0).leave();
        assertEquals(List.of(next), told);
    }

    @Test
    void a_new_limit_while_one_waits_neither_loses_nor_duplicates_slots() {
        AdmissionGate gate = gate(2).build();
        List<Admission> all = enter(gate, 5);
        gate.limit(1);
        gate.limit(3);
        gate.limit(2);
        assertEquals(3, gate.snapshot().active());
        all.get(0).leave();
        assertEquals(2, gate.snapshot().active());
        all.get(1).leave();
        assertEquals(2, gate.snapshot().active());
        assertEquals(1, gate.snapshot().waiting());
    }

    @Test
    void of_ten_clients_at_most_three_are_served_at_once() {
        int[] served = new int[2];
        AdmissionGate gate = gate(3).listener(new GateListener() {
                    @Override
                    public void admitted(Admission admission) {
                        served[0]++;
                        served[1] = Math.max(served[1], served[0]);
                    }

                    @Override
                    public void released(Admission admission) {
                        served[0]--;
                    }
                })
                .build();
        enter(gate, 10).forEach(Admission::leave);
        assertEquals(0, served[0]);
        assertEquals(3, served[1]);
    }

    @Test
    void ten_thousand_failures_on_the_spot_do_not_recurse() {
        AdmissionGate gate = gate(1).build();
        Admission served = enter(gate);
        Failing callback = new Failing();
        for (int i = 0; i < 10_000; i++) {
            gate.enter(Waiters.address(1, 1), Runnable::run, callback);
        }
        int here = StackWalker.getInstance().walk(frames -> (int) frames.count());
        served.leave();
        assertEquals(10_000, callback.calls);
        assertTrue(callback.deepest < here + 20, () -> "from " + here + " down to " + callback.deepest);
        assertEquals(10_001, gate.snapshot().released());
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void an_executor_that_rejects_costs_no_slot() {
        AdmissionGate gate = gate(1).build();
        Admission served = enter(gate);
        Admission unreachable = gate.enter(
                Waiters.address(1, 1),
                task -> {
                    throw new RejectedExecutionException("shut down");
                },
                new Telling());
        Admission last = enter(gate);
        served.leave();
        assertEquals(List.of(unreachable), told);
        unreachable.leave();
        assertEquals(List.of(unreachable, last), told);
        assertEquals(1, gate.snapshot().active());
    }

    @Test
    void a_listener_that_throws_changes_nothing() {
        AdmissionGate gate = gate(1).maxWaiting(1)
                .listener(new GateListener() {
                    @Override
                    public void admitted(Admission admission) {
                        throw new IllegalStateException("no such metric");
                    }

                    @Override
                    public void turnedAway(Admission admission) {
                        throw new IllegalStateException("no such metric");
                    }

                    @Override
                    public void released(Admission admission) {
                        throw new AssertionError("no such metric");
                    }
                })
                .build();
        List<Admission> all = enter(gate, 3);
        assertEquals(Decision.REFUSED, all.get(2).decision());
        assertTrue(all.get(0).leave());
        assertEquals(List.of(all.get(1)), told);
        assertTrue(all.get(1).leave());
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void a_callback_that_throws_gives_its_slot_back() {
        AdmissionGate gate = gate(1).build();
        Queue<Runnable> loop = new ArrayDeque<>();
        Admission served = enter(gate);
        Admission failing = gate.enter(Waiters.address(1, 1), loop::add, new Failing());
        Admission last = enter(gate);
        served.leave();
        assertEquals(State.ADMITTED, failing.state());
        assertThrows(IllegalStateException.class, () -> loop.remove().run());
        assertEquals(State.RELEASED, failing.state());
        assertEquals(List.of(last), told);
    }

    @Test
    void each_callback_runs_on_the_connections_own_executor() {
        AdmissionGate gate = gate(1).build();
        List<Runnable> itsLoop = new ArrayList<>();
        Admission served = enter(gate);
        Admission waiter = gate.enter(Waiters.address(1, 1), itsLoop::add, new Telling());
        served.leave();
        assertTrue(told.isEmpty());
        itsLoop.get(0).run();
        assertSame(waiter, told.get(0));
    }

    private AdmissionGate.Builder gate(int limit) {
        return AdmissionGate.builder().limit(limit).clock(clock);
    }

    private Admission enter(AdmissionGate gate) {
        return gate.enter(Waiters.address(1, 1), Runnable::run, new Telling());
    }

    private List<Admission> enter(AdmissionGate gate, int count) {
        List<Admission> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(enter(gate));
        }
        return all;
    }

    private final class Telling implements AdmissionCallback {
        @Override
        public void admitted(Admission admission) {
            told.add(admission);
        }

        @Override
        public void turnedAway(Admission admission) {
            told.add(admission);
        }
    }

    private static final class Failing implements AdmissionCallback {
        private int calls;
        private int deepest;

        @Override
        public void admitted(Admission admission) {
            calls++;
            deepest = Math.max(deepest, StackWalker.getInstance().walk(frames -> (int) frames.count()));
            throw new IllegalStateException("cannot serve");
        }

        @Override
        public void turnedAway(Admission admission) {
            throw new AssertionError("not turned away");
        }
    }
}
