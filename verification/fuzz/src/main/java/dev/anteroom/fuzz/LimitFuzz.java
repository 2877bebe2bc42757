package dev.anteroom.fuzz;

import dev.anteroom.limits.Limits;

/** Limits that move, as users write them. */
public final class LimitFuzz {
    private LimitFuzz() {}

    /**
     * One input.
     *
     * @param data the expression
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, Limits::parse);
    }
}
