package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.OrderedModel;
import dev.anteroom.testkit.PolicySuite;
import java.util.Comparator;

class LifoPolicyTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return new LifoPolicy();
    }

    @Override
    protected SchedulingPolicy model() {
        return new OrderedModel(Comparator.comparingLong(Admission::sequence).reversed());
    }
}
