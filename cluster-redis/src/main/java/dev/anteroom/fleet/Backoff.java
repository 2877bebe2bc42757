package dev.anteroom.fleet;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait until a Redis that did not answer is asked again: twice as long each time, up to a bound, less a random part, so that
 * the nodes of a fleet do not come at once. Not thread-safe.
 */
final class Backoff {
    private static final long FIRST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final SplittableRandom random;
    private final long mostNanos;
    private long nextNanos;
    private long waitNanos;

    /**
     * Nothing has failed yet.
     *
     * @param seed another one for each node
     * @param mostNanos the longest wait
     */
    Backoff(long seed, long mostNanos) {
        this.random = new SplittableRandom(seed);
        this.mostNanos = mostNanos;
        succeeded();
    }

    /** How long to wait after the last question; 0 if that was answered. */
    long waitNanos() {
        return waitNanos;
    }

    void succeeded() {
        nextNanos = Math.min(FIRST_NANOS, mostNanos);
        waitNanos = 0;
    }

    void failed() {
        waitNanos = nextNanos / 2 + random.nextLong(nextNanos / 2 + 1);
        nextNanos = Math.min(2 * nextNanos, mostNanos);
    }
}
