package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.util.List;
import org.junit.jupiter.api.Test;

class CappedClassPriorityPolicyTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return Policies.parse("priority(cap.0=3, reserve.1=1, cap.default=2, reserve.default=1, 0: fifo, 1: lifo)");
    }

    @Override
    protected SchedulingPolicy model() {
        return new ClassPriorityModel(List.of(
                ClassModel.of(0, new Share(1, 3, 0), Models::fifo),
                ClassModel.of(1, new Share(1, Share.UNCAPPED, 1), Models::lifo),
                ClassModel.ofOthers(new Share(1, 2, 1), Models::fifo)));
    }

    @Test
    void a_class_at_its_cap_leaves_slots_free_for_others() {
        TrialGate gate = new TrialGate(3, 9, Policies.parse("priority(cap.default=2, 0: fifo)"));
        gate.enter(5, 0);
        Admission served = gate.enter(6, 0);
        Admission waiter = gate.enter(7, 0);
        assertEquals(State.WAITING, waiter.state());
        assertEquals(State.ADMITTED, gate.enter(0, 0).state());
        served.leave();
        assertEquals(State.ADMITTED, waiter.state());
    }

    @Test
    void a_class_below_its_reserve_goes_before_the_most_urgent() {
        TrialGate gate = new TrialGate(2, 9, Policies.parse("priority(reserve.default=1, 0: fifo)"));
        Admission served = gate.enter(0, 0);
        Admission servedToo = gate.enter(0, 0);
        Admission ordinary = gate.enter(5, 0);
        Admission ordinaryToo = gate.enter(5, 0);
        Admission urgent = gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, ordinary.state());
        servedToo.leave();
        assertEquals(State.ADMITTED, urgent.state());
        assertEquals(State.WAITING, ordinaryToo.state());
    }

    @Test
    void an_unused_reserve_is_not_kept_free() {
        TrialGate gate = new TrialGate(2, 9, Policies.parse("priority(reserve.default=1, 0: fifo)"));
        gate.enter(0, 0);
        assertEquals(State.ADMITTED, gate.enter(0, 0).state());
    }
}
