package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AdmissionGateTest {
    private final HandClock clock = new HandClock();
    private final Loop loop = new Loop();
    private final List<Admission> told = new ArrayList<>();
    private final AdmissionCallback callback = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {
            assertEquals(Admission.State.ADMITTED, admission.state());
            told.add(admission);
        }

        @Override
        public void turnedAway(Admission admission) {
            assertFalse(admission.state() == Admission.State.ADMITTED);
            told.add(admission);
        }
    };

    @Test
    void a_free_slot_is_taken_at_the_door() {
        AdmissionGate gate = gate(1).build();
        Admission first = enter(gate);
        assertEquals(Admission.Decision.ADMITTED, first.decision());
        assertEquals(Admission.State.ADMITTED, first.state());
        assertTrue(told.isEmpty());
    }

    @Test
    void over_the_limit_a_connection_waits_until_a_slot_is_free() {
        AdmissionGate gate = gate(1).build();
        Admission first = enter(gate);
        Admission second = enter(gate);
        assertEquals(Admission.Decision.WAITING, second.decision());

        first.leave();
        assertEquals(Admission.State.ADMITTED, second.state());
        assertTrue(told.isEmpty(), "told by its own executor only");
        loop.run();
        assertEquals(List.of(second), told);
    }

    @Test
    void a_gate_without_a_policy_admits_in_order_of_arrival() {
        AdmissionGate gate = gate(1).build();
        List<Admission> all = enter(gate, 4);
        for (Admission admission : all) {
            assertEquals(Admission.State.ADMITTED, admission.state());
            admission.leave();
        }
    }

    @Test
    void a_paused_gate_admits_none_although_slots_are_free() {
        AdmissionGate gate = gate(2).build();
        gate.pause();
        List<Admission> all = enter(gate, 3);
        all.forEach(each -> assertEquals(Admission.Decision.WAITING, each.decision()));
        gate.limit(3);
        assertEquals(0, gate.snapshot().active());
        assertTrue(gate.isPaused());
        assertTrue(gate.snapshot().paused());
    }

    @Test
    void a_slot_that_frees_while_the_gate_is_paused_stays_free() {
        AdmissionGate gate = gate(1).build();
        Admission served = enter(gate);
        Admission waiting = enter(gate);
        gate.pause();
        assertEquals(Admission.State.ADMITTED, served.state(), "the served are left alone");
        served.leave();
        assertEquals(Admission.State.WAITING, waiting.state());
    }

    @Test
    void a_resumed_gate_admits_waiters_before_newcomers() {
        AdmissionGate gate = gate(2).build();
        gate.pause();
        List<Admission> waiting = enter(gate, 3);
        gate.resume();
        assertEquals(
                List.of(Admission.State.ADMITTED, Admission.State.ADMITTED, Admission.State.WAITING),
                waiting.stream().map(Admission::state).toList());
        assertEquals(Admission.Decision.WAITING, enter(gate).decision());
        waiting.get(0).leave();
        assertEquals(Admission.State.ADMITTED, waiting.get(2).state());
    }

    @Test
    void a_pause_without_arrivals_changes_nothing() {
        AdmissionGate gate = gate(1).build();
        gate.pause();
        gate.pause();
        gate.resume();
        assertFalse(gate.isPaused());
        gate.resume();
        Admission first = enter(gate);
        assertEquals(Admission.Decision.ADMITTED, first.decision());
        first.leave();
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void the_longest_max_wait_does_not_overflow() {
        AdmissionGate gate = gate(1).maxWait(Duration.ofSeconds(Long.MAX_VALUE)).build();
        enter(gate);
        Admission waiting = enter(gate);
        clock.advance(Duration.ofDays(365));
        assertEquals(Admission.State.WAITING, waiting.state());
    }

    @Test
    void an_admission_describes_itself() {
        AdmissionGate gate = gate(1).priorityClass(source -> 3).build();
        Admission served = enter(gate);
        assertEquals("Admission[" + served.source() + ", class 3, ADMITTED]", served.toString());
        assertEquals(-1, served.bytesSent(), "nobody knows");
        assertFalse(served.hasFailed());
        served.markFailed();
        assertTrue(served.hasFailed());
    }

    @Test
    void a_waiter_at_a_paused_gate_expires() {
        AdmissionGate gate = gate(1).maxWait(Duration.ofSeconds(10)).build();
        gate.pause();
        Admission waiting = enter(gate);
        clock.advance(Duration.ofSeconds(10));
        assertEquals(Admission.State.EXPIRED, waiting.state());
    }

    @Test
    void a_paused_gate_with_a_tracking_policy_admits_none() {
        AdmissionGate gate = gate(2).policy(new OneOfEachClass()).build();
        gate.pause();
        Admission waiting = enter(gate);
        assertEquals(Admission.Decision.WAITING, waiting.decision());
        gate.resume();
        assertEquals(Admission.State.ADMITTED, waiting.state());
    }

    @Test
    void waiters_lists_the_first_few_in_the_policys_order() {
        AdmissionGate gate = gate(1).build();
        List<Admission> all = enter(gate, 4);
        assertEquals(all.subList(1, 4), gate.waiters(10));
        assertEquals(all.subList(1, 3), gate.waiters(2));
        gate.policy(new NewestOnly() {
            @Override
            public Iterator<Admission> preview(long nowNanos) {
                return List.of(all.get(3), all.get(2), all.get(1)).iterator();
            }
        });
        assertEquals(List.of(all.get(3), all.get(2)), gate.waiters(2));
    }

    @Test
    void waiters_are_in_order_of_arrival_without_a_preview() {
        AdmissionGate gate = gate(1).policy(new NewestOnly()).build();
        List<Admission> all = enter(gate, 3);
        assertEquals(all.subList(1, 3), gate.waiters(10));
    }

    @Test
    void a_policy_that_previews_a_stranger_is_dropped() {
        List<Admission> all = new ArrayList<>();
        AdmissionGate gate = gate(1).policy(new NewestOnly() {
                    @Override
                    public Iterator<Admission> preview(long nowNanos) {
                        return all.iterator();
                    }
                })
                .build();
        all.addAll(enter(gate, 3));
        assertEquals(all.subList(1, 3), gate.waiters(10));
        assertEquals("fifo", gate.snapshot().policy());
    }

    @Test
    void a_full_room_refuses_at_the_door() {
        AdmissionGate gate = gate(1).maxWaiting(1).build();
        Admission third = enter(gate, 3).get(2);
        assertEquals(Admission.Decision.REFUSED, third.decision());
        assertEquals(Admission.State.REFUSED, third.state());
        assertFalse(third.leave());
        assertEquals(1, gate.snapshot().refused());
    }

    @Test
    void a_gate_without_waiting_places_is_a_plain_limit() {
        AdmissionGate gate = gate(1).maxWaiting(0).build();
        assertEquals(Admission.Decision.REFUSED, enter(gate, 2).get(1).decision());
    }

    @Test
    void leaving_twice_gives_one_slot_back() {
        AdmissionGate gate = gate(2).build();
        Admission first = enter(gate, 2).get(0);
        assertTrue(first.leave());
        assertFalse(first.leave());
        first.close();
        assertEquals(1, gate.snapshot().active());
        assertEquals(Admission.State.RELEASED, first.state());
    }

    @Test
    void leaving_while_waiting_is_abandoning() {
        AdmissionGate gate = gate(1).build();
        Admission second = enter(gate, 2).get(1);
        assertTrue(second.leave());
        assertEquals(Admission.State.ABANDONED, second.state());
        assertEquals(0, gate.snapshot().waiting());
        assertEquals(1, gate.snapshot().abandoned());
    }

    @Test
    void leaving_before_the_callback_hands_the_slot_on() {
        AdmissionGate gate = gate(1).build();
        List<Admission> all = enter(gate, 3);
        all.get(0).leave();
        assertTrue(all.get(1).leave());
        loop.run();
        assertEquals(List.of(all.get(2)), told);
        assertEquals(2, gate.snapshot().released());
    }

    @Test
    void raising_the_limit_admits_as_many_waiters() {
        AdmissionGate gate = gate(1).build();
        enter(gate, 6);
        gate.limit(4);
        loop.run();
        assertEquals(3, told.size());
        assertEquals(4, gate.snapshot().active());
        assertEquals(2, gate.snapshot().waiting());
    }

    @Test
    void lowering_the_limit_admits_none_until_below_it() {
        AdmissionGate gate = gate(3).build();
        List<Admission> all = enter(gate, 4);
        gate.limit(1);
        assertEquals(3, gate.snapshot().active());
        all.get(0).leave();
        all.get(1).leave();
        assertEquals(Admission.State.WAITING, all.get(3).state());
        all.get(2).leave();
        assertEquals(Admission.State.ADMITTED, all.get(3).state());
    }

    @Test
    void with_a_limit_of_0_all_wait_until_it_is_raised() {
        AdmissionGate gate = gate(0).build();
        List<Admission> both = enter(gate, 2);
        assertEquals(Admission.State.WAITING, both.get(0).state());
        gate.limit(1);
        assertEquals(Admission.State.ADMITTED, both.get(0).state());
        gate.limit(0);
        both.get(0).leave();
        assertEquals(Admission.State.WAITING, both.get(1).state());
    }

    @Test
    void a_newcomer_does_not_enter_on_a_lowered_limit() {
        AdmissionGate gate = gate(3).build();
        enter(gate, 2);
        gate.limit(1);
        assertEquals(Admission.Decision.WAITING, enter(gate).decision());
    }

    @Test
    void waiting_too_long_expires_and_not_before() {
        AdmissionGate gate = gate(1).maxWait(Duration.ofSeconds(5)).build();
        Admission early = enter(gate, 2).get(1);
        clock.advance(Duration.ofSeconds(3));
        Admission late = enter(gate);
        clock.advance(Duration.ofSeconds(2).minusNanos(1));
        assertEquals(Admission.State.WAITING, early.state());
        clock.advance(Duration.ofNanos(1));
        assertEquals(Admission.State.EXPIRED, early.state());
        assertEquals(Duration.ofSeconds(5).toNanos(), early.waitNanos());
        assertEquals(Admission.State.WAITING, late.state());
        clock.advance(Duration.ofSeconds(3));
        assertEquals(Admission.State.EXPIRED, late.state());
        loop.run();
        assertEquals(List.of(early, late), told);
        assertEquals(2, gate.snapshot().expired());
    }

    @Test
    void the_timer_runs_again_after_the_room_was_empty() {
        AdmissionGate gate = gate(1).maxWait(Duration.ofSeconds(5)).build();
        enter(gate, 2).get(1).leave();
        clock.advance(Duration.ofSeconds(9));
        Admission later = enter(gate);
        clock.advance(Duration.ofSeconds(5));
        assertEquals(Admission.State.EXPIRED, later.state());
    }

    @Test
    void one_timer_serves_all_waiters() {
        AdmissionGate gate = gate(1).build();
        enter(gate, 1000);
        assertEquals(1, clock.tasks.size());
    }

    @Test
    void a_max_wait_of_zero_means_no_bound() {
        AdmissionGate gate = gate(1).maxWait(Duration.ZERO).build();
        Admission second = enter(gate, 2).get(1);
        clock.advance(Duration.ofDays(1000));
        assertEquals(Admission.State.WAITING, second.state());
        assertTrue(clock.tasks.isEmpty());
    }

    @Test
    void the_wait_is_measured() {
        AdmissionGate gate = gate(1).build();
        List<Admission> all = enter(gate, 2);
        clock.advance(Duration.ofMillis(7));
        all.get(0).leave();
        assertEquals(Duration.ofMillis(7).toNanos(), all.get(1).waitNanos());
        assertEquals(0, all.get(0).waitNanos());
    }

    @Test
    void closing_refuses_waiters_and_newcomers_only() {
        AdmissionGate gate = gate(1).build();
        List<Admission> all = enter(gate, 3);
        gate.close();
        gate.close();
        loop.run();
        assertEquals(all.subList(1, 3), told);
        assertEquals(Admission.State.REFUSED, all.get(1).state());
        assertEquals(Admission.State.ADMITTED, all.get(0).state());
        assertTrue(all.get(0).leave());
        assertEquals(Admission.Decision.REFUSED, enter(gate).decision());
        GateSnapshot snapshot = gate.snapshot();
        assertEquals(3, snapshot.refused());
        assertEquals(4, snapshot.arrived());
        assertEquals(0, snapshot.active());
        assertEquals(1, snapshot.limit());
    }

    @Test
    void the_cap_of_a_source_counts_slots_and_places_together() {
        AdmissionGate gate = gate(1).maxPerSource(2).build();
        List<Admission> all = enter(gate, 3);
        assertEquals(Admission.Decision.REFUSED, all.get(2).decision());
        Admission other = gate.enter(new InetSocketAddress("127.0.0.2", 1), loop, callback);
        assertEquals(Admission.Decision.WAITING, other.decision());

        all.get(1).leave();
        Admission again = enter(gate);
        assertEquals(Admission.Decision.WAITING, again.decision());
        all.get(0).leave();
        assertEquals(Admission.Decision.WAITING, enter(gate).decision());
    }

    @Test
    void a_connection_turned_away_no_longer_counts_for_its_source() {
        AdmissionGate gate = gate(1).maxPerSource(2)
                .maxWaiting(1)
                .maxWait(Duration.ofSeconds(1))
                .build();
        gate.enter(new InetSocketAddress("127.0.0.2", 1), loop, callback);
        for (int round = 0; round < 5; round++) {
            assertEquals(Admission.Decision.WAITING, enter(gate).decision());
            assertEquals(Admission.Decision.REFUSED, enter(gate).decision());
            clock.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void a_newcomer_may_displace_a_waiter_if_the_policy_says_so() {
        AdmissionGate gate = gate(1).maxWaiting(1).policy(new NewestOnly()).build();
        List<Admission> all = enter(gate, 3);
        loop.run();
        assertEquals(Admission.State.SHED, all.get(1).state());
        assertEquals(Admission.Decision.WAITING, all.get(2).decision());
        assertEquals(List.of(all.get(1)), told);
        assertEquals(1, gate.snapshot().shed());
    }

    @Test
    void a_new_policy_gets_the_waiters_in_order_of_arrival() {
        AdmissionGate gate = gate(1).policy(new NewestOnly()).build();
        List<Admission> all = enter(gate, 3);
        var heir = new NewestOnly();
        gate.policy(heir);
        assertEquals("NewestOnly", gate.snapshot().policy());
        assertEquals(List.of(all.get(1), all.get(2)), heir.everyone);
    }

    @Test
    void a_policy_that_throws_gives_way_to_order_of_arrival() {
        for (Fault fault : Fault.values()) {
            AdmissionGate gate =
                    gate(1).maxWaiting(3).policy(new FaultyPolicy(fault)).build();
            List<Admission> all = enter(gate, 5);
            all.get(2).leave();
            all.get(0).leave();
            assertEquals(Admission.State.ADMITTED, all.get(1).state(), fault.name());
            all.get(1).leave();
            assertEquals(Admission.State.ADMITTED, all.get(3).state(), fault.name());
            all.get(3).leave();
            assertEquals(0, gate.snapshot().active(), fault.name());
            assertEquals("fifo", gate.snapshot().policy(), fault.name());
            assertEquals(5, gate.snapshot().arrived(), fault.name());
        }
    }

    @Test
    void a_policy_that_rejects_the_waiters_is_refused() {
        AdmissionGate gate = gate(1).build();
        List<Admission> all = enter(gate, 3);
        assertThrows(IllegalArgumentException.class, () -> gate.policy(new FaultyPolicy(Fault.ENQUEUE_THROWS)));
        all.get(0).leave();
        assertEquals(Admission.State.ADMITTED, all.get(1).state());
        assertEquals(1, gate.snapshot().waiting());
    }

    @Test
    void a_tracking_policy_decides_at_the_door_too() {
        AdmissionGate gate = gate(3).policy(new OneOfEachClass()).build();
        Admission first = enterFromPort(gate, 1);
        Admission second = enterFromPort(gate, 1);
        Admission other = enterFromPort(gate, 2);
        assertEquals(Admission.Decision.ADMITTED, first.decision());
        assertEquals(Admission.Decision.WAITING, second.decision());
        assertEquals(Admission.Decision.ADMITTED, other.decision());
        other.leave();
        assertEquals(Admission.State.WAITING, second.state());
        first.leave();
        loop.run();
        assertEquals(List.of(second), told);
    }

    @Test
    void a_tracking_policy_fills_free_slots_without_places() {
        AdmissionGate gate = gate(3).maxWaiting(0).policy(new OneOfEachClass()).build();
        assertEquals(Admission.Decision.ADMITTED, enterFromPort(gate, 1).decision());
        assertEquals(Admission.Decision.REFUSED, enterFromPort(gate, 1).decision());
        assertEquals(Admission.Decision.ADMITTED, enterFromPort(gate, 2).decision());
        assertEquals(3, gate.snapshot().arrived());
        assertEquals(0, gate.snapshot().waiting());
    }

    @Test
    void a_tracking_policy_may_shed_at_the_door() {
        AdmissionGate gate = gate(3).policy(new OneOfEachClass()).build();
        Admission hopeless = enterFromPort(gate, OneOfEachClass.HOPELESS);
        assertEquals(Admission.Decision.REFUSED, hopeless.decision());
        assertEquals(Admission.State.SHED, hopeless.state());
        loop.run();
        assertTrue(told.isEmpty());
        assertEquals(1, gate.snapshot().shed());
        assertEquals(1, gate.snapshot().arrived());
    }

    @Test
    void replacing_a_tracking_policy_admits_the_waiters_it_kept_back() {
        AdmissionGate gate = gate(3).policy(new OneOfEachClass()).build();
        enterFromPort(gate, 1);
        Admission second = enterFromPort(gate, 1);
        gate.policy(new NewestOnly());
        assertEquals(Admission.State.ADMITTED, second.state());

        OneOfEachClass failing = new OneOfEachClass();
        AdmissionGate other = gate(3).policy(failing).build();
        enterFromPort(other, 1);
        Admission held = enterFromPort(other, 1);
        Admission leaver = enterFromPort(other, 1);
        failing.failing = true;
        leaver.leave();
        assertEquals(Admission.State.ADMITTED, held.state());
    }

    @Test
    void a_function_that_throws_reserves_nothing() {
        AdmissionGate gate = gate(1).maxPerSource(1)
                .priorityClass(source -> {
                    if (((InetSocketAddress) source).getPort() == 13) {
                        throw new IllegalStateException("unlucky");
                    }
                    return 0;
                })
                .build();
        assertThrows(
                IllegalStateException.class, () -> gate.enter(new InetSocketAddress("127.0.0.1", 13), loop, callback));
        assertEquals(0, gate.snapshot().arrived());
        assertEquals(Admission.Decision.ADMITTED, enter(gate).decision());
    }

    @Test
    void ten_thousand_failing_callbacks_do_not_recurse() {
        AdmissionGate gate = gate(1).build();
        Admission first = enter(gate);
        int[] deepest = new int[1];
        for (int i = 0; i < 10_000; i++) {
            gate.enter(address(), Runnable::run, new AdmissionCallback() {
                @Override
                public void admitted(Admission admission) {
                    deepest[0] = Math.max(deepest[0], new Throwable().getStackTrace().length);
                    admission.leave();
                }

                @Override
                public void turnedAway(Admission admission) {}
            });
        }
        int here = new Throwable().getStackTrace().length;
        first.leave();
        assertEquals(10_001, gate.snapshot().released());
        assertEquals(0, gate.snapshot().active());
        assertTrue(deepest[0] < here + 30, "stack depth " + deepest[0]);
    }

    @Test
    void every_listener_is_told_although_one_before_it_fails() {
        List<Admission> heard = new ArrayList<>();
        AdmissionGate gate = gate(1).listener(new GateListener() {
                    @Override
                    public void admitted(Admission admission) {
                        throw new IllegalStateException("meant to fail");
                    }
                })
                .listener(new GateListener() {
                    @Override
                    public void admitted(Admission admission) {
                        heard.add(admission);
                    }
                })
                .build();
        assertEquals(List.of(enter(gate)), heard);
    }

    @Test
    void a_listener_hears_every_arrival_answer_and_release() {
        List<String> heard = new ArrayList<>();
        AdmissionGate gate = gate(1).maxWaiting(1)
                .listener(new GateListener() {
                    @Override
                    public void arrived(Admission admission) {
                        heard.add("arrived");
                    }

                    @Override
                    public void admitted(Admission admission) {
                        heard.add("admitted");
                    }

                    @Override
                    public void turnedAway(Admission admission) {
                        heard.add(admission.state().name());
                    }

                    @Override
                    public void released(Admission admission) {
                        heard.add("released");
                    }
                })
                .build();
        List<Admission> all = enter(gate, 3);
        all.get(0).leave();
        enter(gate).leave();
        assertEquals(
                List.of(
                        "arrived",
                        "admitted",
                        "arrived",
                        "arrived",
                        "REFUSED",
                        "released",
                        "admitted",
                        "arrived",
                        "ABANDONED"),
                heard);
    }

    @Test
    void the_count_of_admissions_at_the_door_does_not_overflow() {
        AdmissionGate gate = gate(1).build();
        long rounds = (1L << 21) + 5;
        for (long i = 0; i < rounds; i++) {
            enter(gate).leave();
        }
        assertEquals(rounds, gate.snapshot().admitted());
        assertEquals(0, gate.snapshot().active());
        assertEquals(0, gate.snapshot().waiting());
    }

    @Test
    void a_value_out_of_bounds_is_reported_with_its_bound() {
        assertEquals("limit must be at least 0, was -1", message(() -> gate(-1)));
        assertEquals("limit must be at most 1048575, was 1048576", message(() -> gate(1 << 20)));
        assertEquals("maxWaiting must be at least 0, was -1", message(() -> gate(1).maxWaiting(-1)));
        assertEquals("maxPerSource must be at least 1, was 0", message(() -> gate(1).maxPerSource(0)));
        assertEquals("maxWait must not be negative, was PT-1S", message(() -> gate(1).maxWait(Duration.ofSeconds(-1))));
        assertEquals(
                "limit must be at least 0, was -1",
                message(() -> gate(1).build().limit(-1)));
        assertThrows(IllegalStateException.class, () -> AdmissionGate.builder().build());
    }

    @Test
    void the_largest_limit_and_its_lowering_to_one_fit_the_word() {
        AdmissionGate gate = gate(AdmissionGate.MAX_COUNT).build();
        List<Admission> all = enter(gate, 1000);
        gate.limit(1);
        assertEquals(1000, gate.snapshot().active());
        all.forEach(Admission::leave);
        gate.limit(AdmissionGate.MAX_COUNT);
        assertEquals(0, gate.snapshot().active());
    }

    private static @Nullable String message(Runnable mistake) {
        return assertThrows(IllegalArgumentException.class, mistake::run).getMessage();
    }

    private AdmissionGate.Builder gate(int limit) {
        return AdmissionGate.builder().limit(limit).clock(clock);
    }

    private Admission enterFromPort(AdmissionGate gate, int port) {
        return gate.enter(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), loop, callback);
    }

    private Admission enter(AdmissionGate gate) {
        return gate.enter(address(), loop, callback);
    }

    private List<Admission> enter(AdmissionGate gate, int count) {
        List<Admission> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(enter(gate));
        }
        return all;
    }

    private static InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    /** An executor that runs its tasks when told to, as an event loop does in a later turn. */
    private static final class Loop implements Executor {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }
    }

    private static final class HandClock implements GateClock {
        private record Task(long dueNanos, Runnable action) {}

        private final List<Task> tasks = new ArrayList<>();
        private long now = Long.MAX_VALUE - 1000; // overflows in the first second

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public void schedule(long delayNanos, Runnable task) {
            assertTrue(delayNanos > 0);
            tasks.add(new Task(now + delayNanos, task));
        }

        void advance(Duration duration) {
            now += duration.toNanos();
            List<Task> due = new ArrayList<>(tasks);
            due.removeIf(task -> task.dueNanos - now > 0);
            tasks.removeAll(due);
            due.forEach(task -> task.action.run());
        }
    }

    /** A newest-first policy that displaces the oldest waiter when the room is full. */
    private static class NewestOnly implements SchedulingPolicy {
        private final List<Admission> everyone = new ArrayList<>();

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            everyone.add(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return everyone.isEmpty() ? null : everyone.remove(everyone.size() - 1);
        }

        @Override
        public boolean remove(Admission waiter) {
            return everyone.remove(waiter);
        }

        @Override
        public Admission displace(Admission newcomer, long nowNanos) {
            return everyone.remove(0);
        }
    }

    /** A policy that serves one connection of each port at a time. */
    private static final class OneOfEachClass implements SchedulingPolicy {
        static final int HOPELESS = 13;

        private final List<Admission> everyone = new ArrayList<>();
        private final Set<Integer> served = new HashSet<>();
        private boolean failing;

        @Override
        public boolean tracksServed() {
            return true;
        }

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            everyone.add(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            for (Admission waiter : List.copyOf(everyone)) {
                if (port(waiter) == HOPELESS) {
                    everyone.remove(waiter);
                    shed.accept(waiter);
                } else if (served.add(port(waiter))) {
                    everyone.remove(waiter);
                    return waiter;
                }
            }
            return null;
        }

        @Override
        public boolean remove(Admission waiter) {
            return everyone.remove(waiter) && !failing;
        }

        @Override
        public void released(Admission admission, long nowNanos) {
            assertTrue(served.remove(port(admission)));
        }

        private static int port(Admission admission) {
            return ((InetSocketAddress) admission.source()).getPort();
        }
    }

    private enum Fault {
        ENQUEUE_THROWS,
        DEQUEUE_THROWS,
        DEQUEUE_RETURNS_NULL,
        DEQUEUE_REPEATS_ITSELF,
        SHEDS_A_STRANGER,
        REMOVE_THROWS,
        REMOVE_RETURNS_FALSE,
        DISPLACE_THROWS
    }

    private static final class FaultyPolicy implements SchedulingPolicy {
        private final AdmissionQueue waiters = new AdmissionQueue();
        private final Fault fault;
        private @Nullable Admission stranger;

        FaultyPolicy(Fault fault) {
            this.fault = fault;
        }

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            check(Fault.ENQUEUE_THROWS);
            waiters.addLast(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            check(Fault.DEQUEUE_THROWS);
            if (fault == Fault.DEQUEUE_RETURNS_NULL) {
                return null;
            }
            if (stranger == null) {
                stranger = waiters.pollFirst();
            }
            if (fault == Fault.SHEDS_A_STRANGER) {
                AdmissionGate other = AdmissionGate.builder().limit(1).build();
                shed.accept(other.enter(address(), Runnable::run, assertNoCall()));
            }
            return stranger;
        }

        @Override
        public boolean remove(Admission waiter) {
            check(Fault.REMOVE_THROWS);
            return waiters.remove(waiter) && fault != Fault.REMOVE_RETURNS_FALSE;
        }

        @Override
        public @Nullable Admission displace(Admission newcomer, long nowNanos) {
            check(Fault.DISPLACE_THROWS);
            return null;
        }

        private void check(Fault thrown) {
            if (fault == thrown) {
                throw new IllegalStateException(thrown.name());
            }
        }

        private static AdmissionCallback assertNoCall() {
            return new AdmissionCallback() {
                @Override
                public void admitted(Admission admission) {
                    throw new AssertionError();
                }

                @Override
                public void turnedAway(Admission admission) {
                    throw new AssertionError();
                }
            };
        }
    }
}
