package dev.anteroom.gate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A rule's control of a gate's limit. A rule that is given to the gate a second time gets a new control, and its old
 * one has no effect. While the rule is being asked to govern, it is on trial: the limit that it sets is noted, and
 * becomes the gate's limit once the rule has taken over without a fault.
 */
final class RuleLimitControl implements LimitControl {
    private final AdmissionGate gate;
    private final LimitRule rule;

    // Written under the gate's lock.
    private volatile boolean onTrial = true;
    private volatile @Nullable Integer requestedLimit;

    RuleLimitControl(AdmissionGate gate, LimitRule rule) {
        this.gate = gate;
        this.rule = Objects.requireNonNull(rule, "rule");
    }

    LimitRule rule() {
        return rule;
    }

    /** Notes a limit if the rule is on trial. Returns false if it is not. */
    boolean noteLimit(int newLimit) {
        if (onTrial) {
            requestedLimit = newLimit;
        }
        return onTrial;
    }

    /** Ends the trial, and returns the limit that the rule wants. */
    int endTrial() {
        int wanted = limit();
        onTrial = false;
        return wanted;
    }

    @Override
    public int limit() {
        Integer wanted = requestedLimit;
        return onTrial && wanted != null ? wanted : gate.limit();
    }

    @Override
    public boolean limit(int newLimit) {
        return gate.moveLimitFor(this, newLimit);
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
