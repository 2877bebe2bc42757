package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.Waiters;
import java.time.Duration;

/** A real gate whose time stands still until told, for a policy to be watched at work. */
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

    /** A connection comes, and is told nothing: its state says it all. */
    Admission enter(int priorityClass, int source) {
        return gate.enter(Waiters.address(priorityClass, source), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    void pass(Duration time) {
        clock.advance(time);
    }
}
