package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import org.junit.jupiter.api.Test;

class CappedFairPolicyTest extends PolicySuite {
    private final TrialGate gate = new TrialGate(4, 3, policy());
    private final Admission first = gate.enter(0, 1);
    private final Admission second = gate.enter(0, 1);

    @Override
    protected SchedulingPolicy policy() {
        return new FairPolicy(FifoPolicy::new, FairModel::lastByte, 2);
    }

    @Override
    protected boolean starvesNobody() {
        return true;
    }

    @Override
    protected SchedulingPolicy model() {
        return new FairModel(Models::fifo, FairModel::lastByte, 2);
    }

    @Test
    void a_source_at_its_cap_waits_beside_free_slots() {
        assertEquals(State.ADMITTED, second.state());
        assertEquals(State.WAITING, gate.enter(0, 1).state());
    }

    @Test
    void a_source_at_its_cap_does_not_block_others() {
        gate.enter(0, 1);
        assertEquals(State.ADMITTED, gate.enter(0, 2).state());
    }

    @Test
    void a_source_at_its_cap_is_served_when_one_of_its_own_leaves() {
        Admission waiter = gate.enter(0, 1);
        first.leave();
        assertEquals(State.ADMITTED, waiter.state());
    }

    @Test
    void a_source_at_its_cap_still_waits_when_another_leaves() {
        Admission waiter = gate.enter(0, 1);
        gate.enter(0, 2).leave();
        assertEquals(State.WAITING, waiter.state());
    }

    @Test
    void a_released_connection_no_longer_counts_for_the_cap() {
        first.leave();
        second.leave();
        gate.enter(0, 1);
        assertEquals(State.ADMITTED, gate.enter(0, 1).state());
    }

    @Test
    void an_abandoned_waiter_does_not_change_the_cap() {
        gate.enter(0, 1).leave();
        Admission waiter = gate.enter(0, 1);
        assertEquals(State.WAITING, waiter.state());
        first.leave();
        assertEquals(State.ADMITTED, waiter.state());
    }

    @Test
    void a_cap_is_at_least_one() {
        assertEquals(
                "cap must be at least 1, was 0",
                assertThrows(IllegalArgumentException.class, () -> new FairPolicy(FifoPolicy::new, source -> 1, 0))
                        .getMessage());
    }
}
