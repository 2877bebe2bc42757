package dev.anteroom.fuzz;

import dev.anteroom.limits.Limits;

/** Expressions for limits that move. */
public final class LimitFuzz {
    private LimitFuzz() {}

    /**
     * Parses one input.
     *
     * @param data the expression
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, Limits::parse);
    }
}
