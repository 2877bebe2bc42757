package dev.anteroom.limits;

import dev.anteroom.gate.Admission;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * What a service takes while the limit is low: the mean of a cohort, the first to be admitted from now on, once the
 * last of them has left. To take those instead that leave first would count the short services only. Not thread-safe.
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

    /** How many are served at once meanwhile. */
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

    boolean isOverdue(long nowNanos, long patienceNanos) {
        return nowNanos - beginNanos > patienceNanos;
    }

    long meanNanos() {
        return Math.max(1, Math.round(sumNanos / count));
    }
}
