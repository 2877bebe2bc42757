package dev.anteroom.gate;

import java.util.Objects;

/** A rule at the wheel of a gate. One that governs anew is not the same as one that governs still. */
final class Steering implements LimitControl {
    private final AdmissionGate gate;
    private final LimitRule rule;

    Steering(AdmissionGate gate, LimitRule rule) {
        this.gate = gate;
        this.rule = Objects.requireNonNull(rule, "rule");
    }

    LimitRule rule() {
        return rule;
    }

    @Override
    public int limit() {
        return gate.limit();
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
