package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClassPriorityPolicyTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return Policies.parse("priority(0: fifo, 1: lifo)");
    }

    @Override
    protected SchedulingPolicy model() {
        return new ClassPriorityModel(List.of(
                ClassModel.of(0, Share.EQUAL, Models::fifo),
                ClassModel.of(1, Share.EQUAL, Models::lifo),
                ClassModel.ofOthers(Share.EQUAL, Models::fifo)));
    }

    @Test
    void each_class_is_served_in_the_order_of_its_own_policy() {
        TrialGate gate = new TrialGate(1, 10, policy());
        Admission served = gate.enter(0, 0);
        Admission ordinary = gate.enter(7, 0);
        Admission older = gate.enter(1, 0);
        Admission newer = gate.enter(1, 0);
        served.leave();
        assertEquals(State.ADMITTED, newer.state());
        newer.leave();
        assertEquals(State.ADMITTED, older.state());
        older.leave();
        assertEquals(State.ADMITTED, ordinary.state());
    }

    @Test
    void default_may_stand_before_a_class() {
        TrialGate gate = new TrialGate(1, 10, Policies.parse("priority(default: fifo, 20: fifo)"));
        Admission served = gate.enter(0, 0);
        gate.enter(20, 0);
        Admission other = gate.enter(30, 0);
        served.leave();
        assertEquals(State.ADMITTED, other.state());
    }

    @Test
    void a_class_whose_waiters_are_all_shed_yields_to_the_next() {
        TrialGate gate = new TrialGate(1, 10, Policies.parse("priority(0: edf(default=1s), default: fifo)"));
        Admission served = gate.enter(5, 0);
        Admission late = gate.enter(0, 0);
        Admission other = gate.enter(5, 0);
        gate.pass(Duration.ofSeconds(2));
        served.leave();
        assertEquals(State.SHED, late.state());
        assertEquals(State.ADMITTED, other.state());
    }

    @Test
    void the_least_urgent_class_makes_room_by_its_own_policy() {
        TrialGate gate = new TrialGate(1, 2, Policies.parse("priority(0: fifo, default: edf(7=1s, default=9s))"));
        gate.enter(0, 0);
        Admission patient = gate.enter(8, 0);
        Admission hasty = gate.enter(7, 0);
        gate.enter(0, 0);
        assertEquals(State.SHED, patient.state());
        assertEquals(State.WAITING, hasty.state());
    }

    @Test
    void a_waiter_keeps_its_turn_when_another_of_its_class_is_shed() {
        TrialGate gate = new TrialGate(1, 4, Policies.parse("priority(0: fifo, default: fair)"));
        Admission served = gate.enter(9, 1);
        Admission next = gate.enter(9, 1);
        gate.enter(9, 1);
        Admission shed = gate.enter(9, 1);
        Admission other = gate.enter(9, 2);
        served.leave();
        Admission urgent = gate.enter(0, 3);
        Admission urgentToo = gate.enter(0, 3);
        assertEquals(State.SHED, shed.state());
        next.leave();
        urgent.leave();
        urgentToo.leave();
        assertEquals(State.ADMITTED, other.state());
    }

    @Test
    void within_a_class_its_own_policy_displaces() {
        TrialGate gate = new TrialGate(1, 1, Policies.parse("priority(0: fifo, default: edf(7=1s, default=9s))"));
        gate.enter(0, 0);
        Admission patient = gate.enter(8, 0);
        Admission hasty = gate.enter(7, 0);
        assertEquals(State.SHED, patient.state());
        assertEquals(State.WAITING, hasty.state());
    }

    @Test
    void a_class_that_admits_none_is_passed_over_until_one_leaves() {
        TrialGate gate = new TrialGate(3, 9, Policies.parse("priority(0: fair(cap=1), default: fifo)"));
        Admission served = gate.enter(0, 1);
        Admission waiter = gate.enter(0, 1);
        Admission other = gate.enter(9, 1);
        assertEquals(State.WAITING, waiter.state());
        assertEquals(State.ADMITTED, other.state());
        other.leave();
        assertEquals(State.WAITING, waiter.state());
        served.leave();
        assertEquals(State.ADMITTED, waiter.state());
    }

    @Test
    void another_source_of_a_passed_over_class_is_served() {
        TrialGate gate = new TrialGate(3, 9, Policies.parse("priority(0: fair(cap=1), default: fifo)"));
        gate.enter(0, 1);
        gate.enter(0, 1);
        assertEquals(State.ADMITTED, gate.enter(0, 2).state());
    }
}
