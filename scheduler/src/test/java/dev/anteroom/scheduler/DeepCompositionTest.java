package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Nested policies that shed, displace and keep waiters back. */
class DeepCompositionTest extends PolicySuite {
    private static final Duration TARGET = Duration.ofMillis(20);

    @Override
    protected SchedulingPolicy policy() {
        return Policies.parse("priority(0: codel(target=20ms), cap.default=3,"
                + " default: fair(cap=1, priority(1: edf(default=50ms), default: adaptive-lifo(target=20ms))))");
    }

    @Override
    protected SchedulingPolicy model() {
        return new ClassPriorityModel(List.of(
                ClassModel.of(0, Share.EQUAL, () -> new CodelPolicyTest.Model(TARGET, ControlledDelay.INTERVAL)),
                ClassModel.ofOthers(
                        new Share(1, 3, 0), () -> new FairModel(DeepCompositionTest::priority, source -> 1, 1))));
    }

    private static SchedulingPolicy priority() {
        return new ClassPriorityModel(List.of(
                ClassModel.of(1, Share.EQUAL, () -> new EdfPolicyTest.Model(Map.of(), Duration.ofMillis(50))),
                ClassModel.ofOthers(
                        Share.EQUAL, () -> new AdaptiveLifoPolicyTest.Model(TARGET, ControlledDelay.INTERVAL))));
    }
}
