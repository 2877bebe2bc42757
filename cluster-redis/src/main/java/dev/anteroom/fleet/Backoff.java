package dev.anteroom.fleet;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * The delay before a Redis that did not answer is asked again. It doubles with each failure up to a bound, less a
 * random part, so that the nodes of a fleet do not all return at once. Not thread-safe.
 */
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SplittableRandom random;
    private final long maxNanos;
    private long nextNanos;
    private long waitNanos;

    /**
     * Creates a backoff without a failure.
     *
     * @param seed should differ from node to node
     * @param maxNanos the longest delay
     */
    Backoff(long seed, long maxNanos) {
        this.random = new SplittableRandom(seed);
        this.maxNanos = maxNanos;
        succeeded();
    }

    /** Returns the delay after the last question, in nanoseconds; 0 if that question was answered. */
    long waitNanos() {
        return waitNanos;
    }

    void succeeded() {
        nextNanos = Math.min(FIRST_NANOS, maxNanos);
        waitNanos = 0;
    }

    void failed() {
        waitNanos = nextNanos / 2 + random.nextLong(nextNanos / 2 + 1);
        nextNanos = Math.min(2 * nextNanos, maxNanos);
    }
}
