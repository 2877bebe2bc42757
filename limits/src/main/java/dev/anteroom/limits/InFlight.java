package dev.anteroom.limits;

import dev.anteroom.gate.Admission;
import java.util.IdentityHashMap;

/**
 * The services that have begun and not ended: how many were served at once when each began, and whether any of them
 * ends at all. Not thread-safe.
 */
final class InFlight {
    /** Services have stalled once none has ended well for so many times as long as one takes. */
    private static final int STALLED = 10;

    private static final double SMOOTHING = 0.1;

    private final IdentityHashMap<Admission, Integer> atOnce = new IdentityHashMap<>();
    private long lastProgressNanos;
    private double meanNanos;

    /** Notes that a service begins, unless it has ended already. */
    void begin(Admission admission, int servedAtOnce, long nowNanos) {
        if (admission.state() == Admission.State.ADMITTED) {
            if (atOnce.isEmpty()) {
                lastProgressNanos = nowNanos;
            }
            atOnce.put(admission, Math.max(1, servedAtOnce));
        }
    }

    /** Notes that a service ends. Returns how many were served at once when it began; 0 if that is not known. */
    int end(Admission admission, long nowNanos) {
        Integer servedAtOnce = atOnce.remove(admission);
        if (servedAtOnce == null) {
            return 0;
        }
        if (!admission.hasFailed()) {
            lastProgressNanos = nowNanos;
            meanNanos += (admission.serviceNanos() - meanNanos) * (meanNanos == 0 ? 1 : SMOOTHING);
        }
        return servedAtOnce;
    }

    int count() {
        return atOnce.size();
    }

    /** Whether none has ended well for so long that one should have; true once in such a time. */
    boolean haveStalled(long nowNanos, long leastNanos) {
        double patience = Math.max((double) leastNanos, STALLED * meanNanos);
        boolean stalled = !atOnce.isEmpty() && meanNanos > 0 && nowNanos - lastProgressNanos >= patience;
        if (stalled) {
            lastProgressNanos = nowNanos;
        }
        return stalled;
    }
}
