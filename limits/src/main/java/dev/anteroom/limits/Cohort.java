package dev.anteroom.limits;

import java.util.Arrays;

/**
 * The services that began in one round. The short ones end first, so they tell nothing until nearly all have ended:
 * otherwise a limit that has just been raised would always seem to make services faster. Not thread-safe.
 */
final class Cohort {
    private static final double NEARLY_ALL = 0.9;

    private final long beginNanos;
    private final int limitBefore;
    private int[] atOnce = new int[64];
    private long[] nanos = new long[64];
    private int ended;
    private boolean told;
    private int begun = Integer.MAX_VALUE;

    /** Begins the round after one of the given limit. */
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
        if (told) {
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

    /** Ends the round, in which so many services began. */
    void close(int services) {
        begun = services;
    }

    /** Whether it is time to tell. */
    boolean isComplete() {
        return !told && ended >= NEARLY_ALL * begun;
    }

    /** Tells of the services so far, and from now on of each as it ends. */
    void tell(CrowdingCurve curve) {
        told = true;
        for (int i = 0; i < ended; i++) {
            curve.served(atOnce[i], nanos[i]);
        }
        ended = 0;
    }
}
