package dev.anteroom.gate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rule at the wheel of a gate. One that governs anew is not the same as one that governs still. While the rule is asked to govern it
 * is on trial: the limit that it sets is noted, and becomes the gate's when it has taken over without a fault.
 */
final class Steering implements LimitControl {
    private final AdmissionGate gate;
    private final LimitRule rule;

    // Written under the gate's lock.
    private volatile boolean onTrial = true;
    private volatile @Nullable Integer wish;

    Steering(AdmissionGate gate, LimitRule rule) {
        this.gate = gate;
        this.rule = Objects.requireNonNull(rule, "rule");
    }

    LimitRule rule() {
        return rule;
    }

    /** Notes a limit if the rule is on trial; false if it is not. */
    boolean notes(int newLimit) {
        if (onTrial) {
            wish = newLimit;
        }
        return onTrial;
    }

    /** Ends the trial, and tells the limit that the rule wants. */
    int endTrial() {
        int wanted = limit();
        onTrial = false;
        return wanted;
    }

    @Override
    public int limit() {
        Integer wanted = wish;
        return onTrial && wanted != null ? wanted : gate.limit();
    }

    @Override
    public boolean limit(int newLimit) {
        return gate.steer(this, newLimit);
    }

    @Override
    public int active() {
        return gate.active();
    }

    @Override
    public GateSnapshot snapshot() {
        return gate.snapshot();
    }

    @Override
    public GateClock clock() {
        return gate.clock();
    }
}
