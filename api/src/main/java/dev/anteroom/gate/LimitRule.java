package dev.anteroom.gate;

import org.jspecify.annotations.Nullable;

/** How the limit of a gate moves while it runs. A rule may govern several gates; what it remembers of each is in its listener. */
public interface LimitRule {
    /**
     * Begins to govern a gate, outside its lock. Its limit is what it was before, or 0 if the gate is new. The rule takes over when this
     * returns; if it throws, the rule before stays in force and the limit as it is.
     *
     * @param control sets the limit of that gate, until its user has set another limit or rule
     * @return hears of the gate until then; null if the rule need not
     */
    @Nullable
    GateListener govern(LimitControl control);

    /**
     * What this rule is called.
     *
     * @return as users write it
     */
    String name();
}
