package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.PolicySuite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FairAmongClassesTest extends PolicySuite {
    @Override
    protected SchedulingPolicy policy() {
        return Policies.parse(
                "fair(weight.0=3, cap.2=1, reserve.default=1, 0: fifo, 2: adaptive-lifo, default: fair(cap=2, edf))");
    }

    @Override
    protected SchedulingPolicy model() {
        return new FairModel(List.of(
                ClassModel.of(0, new Share(3, Share.UNCAPPED, 0), Models::fifo),
                ClassModel.of(
                        2,
                        new Share(1, 1, 0),
                        () -> new AdaptiveLifoPolicyTest.Model(ControlledDelay.TARGET, ControlledDelay.INTERVAL)),
                ClassModel.ofOthers(
                        new Share(1, Share.UNCAPPED, 1),
                        () -> new FairModel(FairAmongClassesTest::edf, source -> 1, 2))));
    }

    private static SchedulingPolicy edf() {
        return new EdfPolicyTest.Model(Map.of(), Duration.ofSeconds(10));
    }

    @Test
    void classes_share_by_their_weights() {
        TrialGate gate = new TrialGate(1, 100, Policies.parse("fair(weight.0=3, 0: fifo, default: fifo)"));
        Admission next = gate.enter(0, 0);
        List<Admission> waiting = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            waiting.add(gate.enter(0, 0));
            waiting.add(gate.enter(10, 0));
        }
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            next.leave();
            next = waiting.stream()
                    .filter(waiter -> waiter.state() == State.ADMITTED)
                    .findFirst()
                    .orElseThrow();
            order.append(next.priorityClass() == 0 ? "0" : "x");
        }
        assertEquals("000x000x", order.toString());
    }

    @Test
    void each_class_is_served_in_the_order_of_its_own_policy() {
        TrialGate gate = new TrialGate(1, 100, Policies.parse("fair(0: lifo)"));
        Admission served = gate.enter(0, 0);
        gate.enter(0, 0);
        Admission newer = gate.enter(0, 0);
        served.leave();
        assertEquals(State.ADMITTED, newer.state());
    }

    @Test
    void the_class_with_most_waiters_for_its_weight_makes_room() {
        TrialGate gate = new TrialGate(1, 4, Policies.parse("fair(weight.0=3, 0: fifo)"));
        gate.enter(0, 0);
        gate.enter(0, 0);
        gate.enter(0, 0);
        gate.enter(7, 0);
        Admission newest = gate.enter(7, 0);
        Admission newcomer = gate.enter(0, 0);
        assertEquals(State.SHED, newest.state());
        assertEquals(State.WAITING, newcomer.state());
    }
}
