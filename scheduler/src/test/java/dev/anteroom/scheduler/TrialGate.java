package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.time.Duration;

/** A real gate under a clock that the test moves, for tests of a policy. */
final class TrialGate {
    private final ManualClock clock = new ManualClock();
    private final AdmissionGate gate;

    TrialGate(int limit, int maxWaiting, SchedulingPolicy policy) {
        gate = AdmissionGate.builder()
                .limit(limit)
                .maxWaiting(maxWaiting)
                .maxWait(Duration.ZERO)
                .policy(policy)
                .priorityClass(Waiters::priorityClass)
                .clock(clock)
                .build();
    }

    /** Enters a connection without a callback; tests look at its state. */
    Admission enter(int priorityClass, int source) {
        return gate.enter(Waiters.address(priorityClass, source), Runnable::run, new Silent());
    }

    /** Enters a connection with a deadline of its own. */
    Admission enter(int priorityClass, int source, Duration timeLeft) {
        return gate.door(gate::sourceKey)
                .priorityClass(Waiters::priorityClass)
                .timeLeft(address -> timeLeft)
                .enter(Waiters.address(priorityClass, source), Runnable::run, new Silent());
    }

    void pass(Duration time) {
        clock.advance(time);
    }

    private static final class Silent implements AdmissionCallback {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    }
}
