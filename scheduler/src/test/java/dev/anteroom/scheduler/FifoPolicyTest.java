package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;

class FifoPolicyTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return new FifoPolicy();
    }

    @Override
    protected boolean starvesNobody() {
        return true;
    }

    @Override
    protected SchedulingPolicy model() {
        return Models.fifo();
    }
}
