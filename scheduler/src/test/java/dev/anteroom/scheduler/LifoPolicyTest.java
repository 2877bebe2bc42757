package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;

class LifoPolicyTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return new LifoPolicy();
    }

    @Override
    protected SchedulingPolicy model() {
        return Models.lifo();
    }
}
