package dev.anteroom.gate;

import org.jspecify.annotations.Nullable;

/**
 * Moves the limit of a gate while it runs. A rule may govern several gates; the listener of each gate keeps the state
 * for that gate.
 */
public interface LimitRule {
    /**
     * Begins to govern a gate. Called outside the gate's lock. The limit is still what it was, or 0 if the gate is new.
     * The rule takes over when this method returns. If it throws, the limit and the rule before it stay in force.
     *
     * @param control sets the limit of that gate, until its user sets another limit or rule
     * @return a listener that is told of the gate's events until then, or null if the rule needs none
     */
    @Nullable
    GateListener govern(LimitControl control);

    /**
     * Returns the name of this rule.
     *
     * @return the name as users write it
     */
    String name();
}
