package dev.anteroom.limits;

import dev.anteroom.gate.Admission;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The service time of an upstream that is not crowded: the mean of a cohort, which consists of the first services
 * admitted at a low limit. It is known once the last of them has ended. The mean of the services that end first would
 * count the short ones only. Not thread-safe.
 */
final class Baseline {
    private static final int LEAST = 10;
    private static final int MOST = 100;

    private final int limit;
    private final long beginNanos;
    private final Set<Admission> served = Collections.newSetFromMap(new IdentityHashMap<>());
    private int wanted;
    private int count;
    private double sumNanos;

    Baseline(int limit, long beginNanos) {
        this.limit = limit;
        this.beginNanos = beginNanos;
        this.wanted = Math.max(LEAST, Math.min(MOST, limit));
    }

    /** The gate's limit while the baseline is measured. */
    int limit() {
        return limit;
    }

    void admitted(Admission admission) {
        if (wanted > 0 && admission.state() == Admission.State.ADMITTED) {
            wanted--;
            served.add(admission);
        }
    }

    void released(Admission admission) {
        if (served.remove(admission) && !admission.hasFailed()) {
            count++;
            sumNanos += admission.serviceNanos();
        }
    }

    boolean isKnown() {
        return wanted == 0 && served.isEmpty() && count > 0;
    }

    boolean isOverdue(long nowNanos, long timeoutNanos) {
        return nowNanos - beginNanos > timeoutNanos;
    }

    long meanNanos() {
        return Math.max(1, Math.round(sumNanos / count));
    }
}
