package dev.anteroom.gate;

/** A rule at the wheel of a gate. */
record Steering(AdmissionGate gate, LimitRule rule) implements LimitControl {
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

    /** Governing anew is not the same as governing still. */
    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
