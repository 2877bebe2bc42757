package dev.anteroom.limits;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import dev.anteroom.gate.LimitRule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A limit that measures how many connections the upstream can take: beyond that number, each holds its slot for
 * longer. It suits connections that carry one request or a few. How long an idle client stays says nothing about the
 * upstream.
 *
 * <p>{@link Algorithm#goodput()} receives every service. The algorithms of Netflix's concurrency-limits receive the
 * mean service time of each window. They can only compare it with earlier ones, and at a gate whose waiting room is
 * never empty they would in time take the crowded upstream for the normal one. Therefore the limit is halved now and
 * then, until the service time of the uncrowded upstream is known; see {@link Baseline}.
 */
public final class AdaptiveLimit implements LimitRule {
    /** The default of {@code WindowedLimit} in concurrency-limits, like {@link #LEAST_WINDOW}. */
    static final Duration WINDOW = Duration.ofSeconds(1);

    static final Duration LEAST_WINDOW = Duration.ofMillis(100);
    static final Duration PROBE = Duration.ofMinutes(1);

    final Algorithm algorithm;
    final Range range;
    final long windowNanos;
    final long probeNanos;

    /**
     * Creates a limit with windows of a second and a probe every minute.
     *
     * @param algorithm finds the limit
     * @param min the least limit, at least 1; a new gate starts with it
     * @param max the greatest limit, not less than {@code min}
     * @throws IllegalArgumentException if one is out of bounds
     */
    public AdaptiveLimit(Algorithm algorithm, int min, int max) {
        this(algorithm, min, max, WINDOW, PROBE);
    }

    /**
     * Creates a limit.
     *
     * @param algorithm finds the limit
     * @param min the least limit, at least 1; a new gate starts with it
     * @param max the greatest limit, not less than {@code min}
     * @param window the time over which service times are averaged, at least 100 ms; a window with fewer than ten
     *     services is extended
     * @param probe the time after which the limit is halved again; zero means never
     * @throws IllegalArgumentException if one is out of bounds
     */
    public AdaptiveLimit(Algorithm algorithm, int min, int max, Duration window, Duration probe) {
        if (window.compareTo(LEAST_WINDOW) < 0) {
            throw new IllegalArgumentException("window must be at least 100ms, was "
                    + TimeUnit.NANOSECONDS.toMillis(Durations.saturatedNanos(window)) + "ms");
        }
        this.algorithm = algorithm;
        this.range = new Range(min, max);
        this.windowNanos = Durations.positiveNanos(window, "window");
        this.probeNanos = probe.isZero() ? Long.MAX_VALUE : Durations.positiveNanos(probe, "probe");
    }

    @Override
    public GateListener govern(LimitControl control) {
        Adaptation adaptation = new Adaptation(this, control);
        adaptation.tick();
        return adaptation;
    }

    @Override
    public String name() {
        return "adaptive";
    }
}
