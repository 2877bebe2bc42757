package dev.anteroom.limits;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import dev.anteroom.gate.LimitRule;
import java.time.Duration;

/**
 * A limit for an upstream that has to warm up, or must not get its full load at once: HAProxy has this as {@code
 * slowstart}, and as {@code minconn}, {@code maxconn} and {@code fullconn}. It is
 *
 * <pre>
 * max × (time since the upstream is back / over) × (served and waiting / full)
 * </pre>
 *
 * where neither factor is more than 1, and never less than {@code min}. The upstream counts as away after so many
 * services that {@linkplain dev.anteroom.gate.Admission#markFailed() failed} in a row, and as back with the next
 * that did not; and as just back when the gate begins. The limit is looked after ten times a second.
 */
public final class RampLimit implements LimitRule {
    /** The services that fail in a row, unless told otherwise. */
    static final int FAILURES = 3;

    final Range range;
    final long overNanos;
    final int full;
    final int failures;

    /**
     * A limit that rises over time only.
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
     * A limit that rises over time and with the load.
     *
     * @param min at least 1
     * @param max not less than {@code min}
     * @param over how long the upstream takes to warm up
     * @param full with how many connections, served and waiting, the upstream is given {@code max}; 1 if always
     * @param failures how many services must fail in a row for the upstream to count as away
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
