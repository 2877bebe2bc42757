package dev.anteroom.limits;

import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import dev.anteroom.gate.LimitRule;
import org.jspecify.annotations.Nullable;

/** A limit that stays, for where a rule is wanted. */
record FixedLimit(int limit) implements LimitRule {
    @Override
    public @Nullable GateListener govern(LimitControl control) {
        control.limit(limit);
        return null;
    }

    @Override
    public String name() {
        return Integer.toString(limit);
    }
}
