package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;

class FifoPolicyTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return new FifoPolicy();
    }

    @Override
    protected SchedulingPolicy model() {
        return Models.fifo();
    }
}
