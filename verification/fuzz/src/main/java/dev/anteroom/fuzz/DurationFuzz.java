package dev.anteroom.fuzz;

import dev.anteroom.expression.Durations;
import java.time.Duration;

/** Durations. An accepted duration must not be negative, and must fit a number of nanoseconds. */
public final class DurationFuzz {
    private DurationFuzz() {}

    /**
     * Parses one input.
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
