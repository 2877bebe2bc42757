package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;

/**
 * A window of time over which service times are averaged for an algorithm. A window in which too few services end is
 * extended until there are enough. The library's own windows discard such windows, so with a slow upstream they would
 * never report anything. Not thread-safe.
 */
final class Windows {
    static final int LEAST_SERVICES = 10;

    private final long windowNanos;
    private long beginNanos;
    private int services;
    private int failures;
    private double sumNanos;
    private int mostInFlight;

    Windows(long windowNanos, long nowNanos) {
        this.windowNanos = windowNanos;
        this.beginNanos = nowNanos;
    }

    void add(long serviceNanos, int inFlight, boolean hasFailed) {
        services++;
        failures += hasFailed ? 1 : 0;
        sumNanos += serviceNanos;
        mostInFlight = Math.max(mostInFlight, inFlight);
    }

    boolean isComplete(long nowNanos) {
        return services >= LEAST_SERVICES && nowNanos - beginNanos >= windowNanos;
    }

    boolean hasFailed() {
        return 2 * failures > services;
    }

    /** Reports the mean service time of this window. */
    void reportTo(Limit algorithm, long nowNanos) {
        long mean = Math.max(1, Math.round(sumNanos / services));
        algorithm.onSample(nowNanos - mean, mean, mostInFlight, failures > 0);
    }
}
