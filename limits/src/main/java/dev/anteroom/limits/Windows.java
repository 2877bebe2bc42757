package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;

/**
 * Tells an algorithm of the mean service time of each window. A window in which too few services ended goes on until
 * there are enough: the library's own discards it, and with a slow upstream would never tell anything. Not
 * thread-safe.
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

    void tell(Limit algorithm, long nowNanos) {
        long mean = Math.max(1, Math.round(sumNanos / services));
        algorithm.onSample(nowNanos - mean, mean, mostInFlight, failures > 0);
    }
}
