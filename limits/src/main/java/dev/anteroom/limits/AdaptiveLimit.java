package dev.anteroom.limits;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import dev.anteroom.gate.LimitRule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A limit that finds out how many connections the upstream can take, from how long each holds its slot: beyond that,
 * services take longer. For connections that are a request each, or a few; how long an idle client stays says nothing
 * of the upstream.
 *
 * <p>{@link Algorithm#goodput()} is told of every service. The algorithms of Netflix's concurrency-limits are told of
 * the mean service time of each window. What is <em>longer</em> they can only tell by comparison, and at a gate where
 * somebody always waits they would in time take the crowded upstream for the normal one. So now and then the limit is
 * halved for as long as it takes to learn what a service takes when the upstream is not crowded; see {@link
 * Baseline}.
 */
public final class AdaptiveLimit implements LimitRule {
    /** Of {@code WindowedLimit}, as is the least. */
    static final Duration WINDOW = Duration.ofSeconds(1);

    static final Duration LEAST_WINDOW = Duration.ofMillis(100);
    static final Duration PROBE = Duration.ofMinutes(1);

    final Algorithm algorithm;
    final Range range;
    final long windowNanos;
    final long probeNanos;

    /**
     * Windows of a second, and a probe every minute.
     *
     * @param algorithm finds the limit
     * @param min at least 1; where a new gate begins
     * @param max not less than {@code min}
     * @throws IllegalArgumentException if one is out of bounds
     */
    public AdaptiveLimit(Algorithm algorithm, int min, int max) {
        this(algorithm, min, max, WINDOW, PROBE);
    }

    /**
     * With times of one's own.
     *
     * @param algorithm finds the limit
     * @param min at least 1; where a new gate begins
     * @param max not less than {@code min}
     * @param window over which service times are averaged, at least 100 ms; one with less than ten services is extended
     * @param probe how long until the limit is halved again; zero is never
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
