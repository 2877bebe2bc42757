package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;

/** Policies that shed, displace and hold back, inside each other. */
class DeepCompositionTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return Policies.parse("priority(0: codel(target=20ms), cap.default=3,"
                + " default: fair(cap=1, priority(1: edf(default=50ms), default: adaptive-lifo(target=20ms))))");
    }
}
