package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairPolicyTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return new FairPolicy();
    }

    @Override
    protected boolean starvesNobody() {
        return true;
    }

    @Override
    protected SchedulingPolicy model() {
        return FairModel.of(Models::fifo);
    }

    @Test
    void sources_take_turns_however_many_of_one_wait() {
        TrialGate gate = new TrialGate(1, 10, policy());
        Admission served = gate.enter(0, 0);
        Admission first = gate.enter(0, 1);
        Admission second = gate.enter(0, 1);
        Admission third = gate.enter(0, 1);
        Admission other = gate.enter(0, 2);
        assertEquals(List.of(first, other, second, third), admittedInTurn(served, first, second, third, other));
    }

    @Test
    void a_source_of_weight_two_has_two_admitted_a_round() {
        TrialGate gate = new TrialGate(1, 10, new FairPolicy(FifoPolicy::new, FairModel::lastByte, Integer.MAX_VALUE));
        Admission served = gate.enter(0, 0);
        Admission light = gate.enter(0, 1);
        Admission lightToo = gate.enter(0, 1);
        Admission heavy = gate.enter(0, 2);
        Admission heavyToo = gate.enter(0, 2);
        Admission heavyThree = gate.enter(0, 2);
        assertEquals(
                List.of(light, heavy, heavyToo, lightToo, heavyThree),
                admittedInTurn(served, light, lightToo, heavy, heavyToo, heavyThree));
    }

    @Test
    void the_newest_waiter_of_the_largest_source_makes_room() {
        TrialGate gate = new TrialGate(1, 4, policy());
        gate.enter(0, 0);
        gate.enter(0, 1);
        gate.enter(0, 1);
        Admission newest = gate.enter(0, 1);
        gate.enter(0, 2);
        Admission newcomer = gate.enter(0, 3);
        assertEquals(State.SHED, newest.state());
        assertEquals(State.WAITING, newcomer.state());
    }

    @Test
    void a_newcomer_of_the_largest_source_is_refused() {
        TrialGate gate = new TrialGate(1, 3, policy());
        gate.enter(0, 0);
        gate.enter(0, 1);
        gate.enter(0, 1);
        gate.enter(0, 2);
        assertEquals(State.REFUSED, gate.enter(0, 1).state());
    }

    @Test
    void a_newcomer_of_an_equally_large_source_is_refused() {
        TrialGate gate = new TrialGate(1, 2, policy());
        gate.enter(0, 0);
        gate.enter(0, 1);
        gate.enter(0, 2);
        assertEquals(State.REFUSED, gate.enter(0, 3).state());
    }

    /** Returns the order in which connections are admitted to one slot, if each leaves as soon as it has it. */
    private static List<Admission> admittedInTurn(Admission served, Admission... waiting) {
        List<Admission> order = new ArrayList<>();
        for (Admission leaver = served; order.size() < waiting.length; leaver = order.get(order.size() - 1)) {
            leaver.leave();
            for (Admission waiter : waiting) {
                if (waiter.state() == State.ADMITTED) {
                    order.add(waiter);
                }
            }
        }
        return order;
    }
}
