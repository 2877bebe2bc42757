package dev.anteroom.fuzz;

import dev.anteroom.expression.Durations;
import java.time.Duration;

/** Durations. What is accepted is not negative, and has nanoseconds. */
public final class DurationFuzz {
    private DurationFuzz() {}

    /**
     * One input.
     *
     * @param data the duration
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, text -> {
            Duration duration = Durations.parse(text);
            if (duration.toNanos() < 0) {
                throw new AssertionError(duration);
            }
        });
    }
}
