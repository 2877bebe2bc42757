package dev.anteroom.limits;

import java.util.Arrays;

/**
 * The services that began in one round. The short ones end first, so nothing is made of them until nearly all have ended: else a limit
 * that has just been raised would always seem to make services faster. Not thread-safe.
 */
final class Cohort {
    private static final double NEARLY_ALL = 0.9;

    final long beginNanos;
    private int[] atOnce = new int[64];
    private long[] nanos = new long[64];
    private int ended;
    private int begun = Integer.MAX_VALUE;

    Cohort(long beginNanos) {
        this.beginNanos = beginNanos;
    }

    void add(int servedAtOnce, long serviceNanos) {
        if (ended == nanos.length) {
            atOnce = Arrays.copyOf(atOnce, 2 * ended);
            nanos = Arrays.copyOf(nanos, 2 * ended);
        }
        atOnce[ended] = servedAtOnce;
        nanos[ended++] = serviceNanos;
    }

    /** No more begin in it than so many. */
    void close(int services) {
        begun = services;
    }

    boolean isComplete() {
        return ended >= NEARLY_ALL * begun;
    }

    void tell(CrowdingCurve curve) {
        for (int i = 0; i < ended; i++) {
            curve.served(atOnce[i], nanos[i]);
        }
    }
}
