package dev.anteroom.limits;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import dev.anteroom.gate.LimitRule;
import java.time.Duration;

/**
 * A limit for an upstream that has to warm up, or must not get its full load at once. HAProxy offers the same as
 * {@code slowstart}, and as {@code minconn}, {@code maxconn} and {@code fullconn}. The limit is
 *
 * <pre>
 * max × (time since the upstream came back / over) × (served and waiting / full)
 * </pre>
 *
 * where each factor is at most 1 and the result is at least {@code min}. The upstream counts as away once {@code
 * failures} services in a row have {@linkplain dev.anteroom.gate.Admission#markFailed() failed}, and as back with the
 * next service that succeeds. A new gate takes its upstream to be just back. The limit is updated ten times a second.
 */
public final class RampLimit implements LimitRule {
    /** The default of the parameter {@code failures}. */
    static final int FAILURES = 3;

    final Range range;
    final long overNanos;
    final int full;
    final int failures;

    /**
     * Creates a limit that rises over time only.
     *
     * @param min at least 1
     * @param max not less than {@code min}
     * @param over how long the upstream takes to warm up
     * @throws IllegalArgumentException if one is out of bounds
     */
    public RampLimit(int min, int max, Duration over) {
        this(min, max, over, 1, FAILURES);
    }

    /**
     * Creates a limit that rises over time and with the load.
     *
     * @param min at least 1
     * @param max not less than {@code min}
     * @param over how long the upstream takes to warm up
     * @param full the number of connections, served and waiting, at which the limit reaches {@code max}; with 1 the
     *     load does not matter
     * @param failures the number of failures in a row after which the upstream counts as away
     * @throws IllegalArgumentException if one is out of bounds
     */
    public RampLimit(int min, int max, Duration over, int full, int failures) {
        this.range = new Range(min, max);
        this.overNanos = Durations.positiveNanos(over, "over");
        this.full = requirePositive(full, "full");
        this.failures = requirePositive(failures, "failures");
    }

    private static int requirePositive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
        return value;
    }

    @Override
    public GateListener govern(LimitControl control) {
        Ramp ramp = new Ramp(this, control);
        ramp.tick();
        return ramp;
    }

    @Override
    public String name() {
        return "ramp";
    }
}
