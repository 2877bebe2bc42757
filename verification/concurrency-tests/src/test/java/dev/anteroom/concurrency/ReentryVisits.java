package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;

/**
 * User code that calls back into the gate: connections that look and leave as they are told, and a listener that looks
 * and moves the limit. A policy that calls back is dropped; see {@code PolicyReentryTest} of {@code api}.
 */
public class ReentryVisits extends WatchedGate {
    /** Runs as a program: a number of scenarios, and each of them a number of times. */
    public static void main(String[] arguments) {
        stress(ReentryVisits.class, Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    }

    @Override
    GateListener listener() {
        return new GateListener() {
            @Override
            public void released(Admission admission) {
                call(() -> gate.limit(gate.snapshot().active() > 1 ? 1 : 2));
            }
        };
    }

    @Override
    void admitted(Admission admission) {
        call(() -> {
            gate.snapshot();
            if (admission.sequence() % 2 == 0) {
                admission.leave();
            }
        });
    }

    @Override
    void turnedAway(Admission admission) {
        call(() -> {
            gate.waiters(2);
            admission.leave();
        });
    }
}
