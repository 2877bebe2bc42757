package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import dev.anteroom.gate.LimitRule;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Ended connections can be collected: from the gate, its clock and one admission that lives on, no other connection is
 * reachable. The same is true of policies and rules that were replaced, and of gates.
 */
@SuppressWarnings("ReachabilityFenceUsage") // what a failing assertion leaves behind does not matter
class NothingRetainedTest {
    private static final int GONE = 200;
    private static final int MOST_COLLECTIONS = 50;
    private static final Duration MAX_WAIT = Duration.ofHours(1);

    /** The ways in which the waiters end. */
    private enum End {
        ADMITTED_AND_RELEASED,
        ABANDONED,
        EXPIRED,
        DISPLACED_OR_REFUSED,
        REFUSED_BY_CLOSING,
        ABANDONED_AFTER_A_POLICY_CHANGE,
        RELEASED_AFTER_A_POLICY_CHANGE
    }

    private final ManualClock clock = new ManualClock();
    private final List<WeakReference<?>> gone = new ArrayList<>();

    static Stream<Arguments> everyPolicyAndEnd() {
        return Stream.concat(
                        Policies.names().stream(),
                        Stream.of(
                                "fair(cap=2)", "priority(0: lifo, default: fair)", "fair(0: fifo, default: priority)"))
                .flatMap(policy -> Stream.of(End.values()).map(end -> Arguments.of(policy, end)));
    }

    @ParameterizedTest(name = "{1} of {0}")
    @MethodSource("everyPolicyAndEnd")
    void a_connection_that_is_over_is_forgotten(String policy, End end) {
        AdmissionGate gate = AdmissionGate.builder()
                .limit(1)
                .maxWaiting(end == End.DISPLACED_OR_REFUSED ? 10 : GONE)
                .maxWait(MAX_WAIT)
                .maxPerSource(2 * GONE)
                .priorityClass(Waiters::priorityClass)
                .policy(Policies.parse(policy))
                .clock(clock)
                .build();
        Admission first = enter(gate, 0);
        Admission longLived = enter(gate, 0);
        first.leave();
        List<Admission> waiters = crowd(gate);
        end(gate, end, waiters);
        if (end == End.ADMITTED_AND_RELEASED || end == End.RELEASED_AFTER_A_POLICY_CHANGE) {
            longLived.leave();
            waiters.forEach(Admission::leave);
            longLived = enter(gate, 0);
        }
        waiters.clear();
        first = longLived;
        assertForgotten();
        Reference.reachabilityFence(longLived);
        Reference.reachabilityFence(first);
        Reference.reachabilityFence(gate);
        Reference.reachabilityFence(clock);
    }

    private void end(AdmissionGate gate, End end, List<Admission> waiters) {
        switch (end) {
            case ABANDONED -> waiters.forEach(Admission::leave);
            case EXPIRED -> clock.advance(MAX_WAIT);
            case REFUSED_BY_CLOSING -> gate.close();
            case ABANDONED_AFTER_A_POLICY_CHANGE -> {
                replacePolicy(gate);
                waiters.forEach(Admission::leave);
            }
            case RELEASED_AFTER_A_POLICY_CHANGE -> replacePolicy(gate);
            case DISPLACED_OR_REFUSED -> {
                waiters.stream()
                        .filter(each -> each.state() == Admission.State.WAITING)
                        .forEach(Admission::leave);
            }
            case ADMITTED_AND_RELEASED -> {}
        }
    }

    private void replacePolicy(AdmissionGate gate) {
        SchedulingPolicy replaced = new FifoPolicy();
        gone.add(new WeakReference<>(replaced));
        gate.policy(replaced);
        gate.policy(new LifoPolicy());
    }

    @Test
    void a_replaced_policy_is_forgotten_while_its_pick_is_served() {
        SchedulingPolicy policy = new FairPolicy();
        gone.add(new WeakReference<>(policy));
        AdmissionGate gate =
                AdmissionGate.builder().limit(1).policy(policy).clock(clock).build();
        Admission first = enter(gate, 0);
        Admission served = enter(gate, 0);
        first.leave();
        assertEquals(Admission.State.ADMITTED, served.state());
        gate.policy(new FifoPolicy());
        policy = new FifoPolicy();
        assertForgotten();
        Reference.reachabilityFence(served);
        Reference.reachabilityFence(policy);
    }

    @Test
    void a_rule_that_is_replaced_is_forgotten_with_its_listener() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).clock(clock).build();
        gate.limit(watched(new Rule()));
        gate.limit(new Rule());
        assertForgotten();
        gate.limit(watched(new Rule()));
        gate.limit(1);
        assertForgotten();
        Reference.reachabilityFence(gate);
    }

    @Test
    void the_timer_does_not_keep_a_gate_without_waiters() {
        for (boolean closes : new boolean[] {true, false}) {
            AdmissionGate gate = AdmissionGate.builder()
                    .limit(0)
                    .maxWait(MAX_WAIT)
                    .clock(clock)
                    .build();
            gone.add(new WeakReference<>(gate));
            Admission waiter = enter(gate, 0);
            if (closes) {
                gate.close();
            } else {
                waiter.leave();
            }
        }
        assertForgotten();
        Reference.reachabilityFence(clock);
    }

    @Test
    void the_timer_keeps_a_gate_with_waiters() {
        int[] told = new int[1];
        WeakReference<AdmissionGate> gate = abandonedGate(told);
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        assertNotNull(gate.get());
        clock.advance(MAX_WAIT);
        assertEquals(1, told[0]);
    }

    private WeakReference<AdmissionGate> abandonedGate(int[] told) {
        AdmissionGate gate =
                AdmissionGate.builder().limit(0).maxWait(MAX_WAIT).clock(clock).build();
        gate.enter(Waiters.address(1, 1), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {
                told[0]++;
            }
        });
        return new WeakReference<>(gate);
    }

    @Test
    void a_rule_does_not_keep_a_closed_gate_with_its_clock() {
        AdmissionGate gate =
                AdmissionGate.builder().limit(new TickingRule()).clock(clock).build();
        gone.add(new WeakReference<>(gate));
        clock.advance(Duration.ofSeconds(3));
        gate.close();
        clock.advance(Duration.ofSeconds(3));
        gate = AdmissionGate.builder().limit(1).build();
        assertForgotten();
        Reference.reachabilityFence(gate);
    }

    private List<Admission> crowd(AdmissionGate gate) {
        List<Admission> crowd = new ArrayList<>();
        for (int i = 0; i < GONE; i++) {
            crowd.add(enter(gate, i));
        }
        return crowd;
    }

    private Admission enter(AdmissionGate gate, int i) {
        Connection callback = new Connection();
        InetSocketAddress source = new InetSocketAddress("127.0.0." + i % 7, i % 4);
        Admission admission = gate.enter(source, Runnable::run, callback);
        if (i > 0) {
            gone.add(new WeakReference<>(callback));
            gone.add(new WeakReference<>(source));
            gone.add(new WeakReference<>(admission));
        }
        return admission;
    }

    private Rule watched(Rule rule) {
        gone.add(new WeakReference<>(rule));
        return rule;
    }

    private void assertForgotten() {
        for (int i = 0; i < MOST_COLLECTIONS && reachable() > 0; i++) {
            System.gc();
        }
        assertEquals(0, reachable(), "reachable of " + gone.size());
    }

    private long reachable() {
        return gone.stream().filter(each -> each.get() != null).count();
    }

    private static final class Connection implements AdmissionCallback {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    }

    private static class Rule implements LimitRule, GateListener {
        @Override
        public @Nullable GateListener govern(LimitControl control) {
            control.limit(2);
            return this;
        }

        @Override
        public String name() {
            return "rule";
        }
    }

    /** A rule that reschedules itself, as a ramp does. */
    private static final class TickingRule extends Rule {
        @Override
        public GateListener govern(LimitControl control) {
            tick(control, control.clock());
            return this;
        }

        private void tick(LimitControl control, GateClock on) {
            if (control.limit(3)) {
                on.schedule(Duration.ofSeconds(1).toNanos(), () -> tick(control, on));
            }
        }
    }
}
