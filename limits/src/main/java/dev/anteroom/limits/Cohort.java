package dev.anteroom.limits;

import java.util.Arrays;

/**
 * The services that began in one round. The short ones end first, so their times are withheld from the curve until
 * nearly all have ended. Otherwise a limit that has just been raised would always seem to make services faster. Not
 * thread-safe.
 */
final class Cohort {
    private static final double NEARLY_ALL = 0.9;

    private final long beginNanos;
    private final int limitBefore;
    private int[] atOnce = new int[64];
    private long[] nanos = new long[64];
    private int ended;
    private boolean flushed;
    private int begun = Integer.MAX_VALUE;

    /** Begins the cohort of a round; the limit is that of the previous round. */
    Cohort(long beginNanos, int limitBefore) {
        this.beginNanos = beginNanos;
        this.limitBefore = limitBefore;
    }

    long beginNanos() {
        return beginNanos;
    }

    int limitBefore() {
        return limitBefore;
    }

    void add(int servedAtOnce, long serviceNanos, CrowdingCurve curve) {
        if (flushed) {
            curve.served(servedAtOnce, serviceNanos);
            return;
        }
        if (ended == nanos.length) {
            atOnce = Arrays.copyOf(atOnce, 2 * ended);
            nanos = Arrays.copyOf(nanos, 2 * ended);
        }
        atOnce[ended] = servedAtOnce;
        nanos[ended++] = serviceNanos;
    }

    /** Ends the round, and records how many services began in it. */
    void close(int services) {
        begun = services;
    }

    /** Returns whether nearly all services have ended, and the curve does not have them yet. */
    boolean isComplete() {
        return !flushed && ended >= NEARLY_ALL * begun;
    }

    /** Adds the services so far to the curve. From now on, each is added as it ends. */
    void flushTo(CrowdingCurve curve) {
        flushed = true;
        for (int i = 0; i < ended; i++) {
            curve.served(atOnce[i], nanos[i]);
        }
        ended = 0;
    }
}
