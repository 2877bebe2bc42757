package dev.anteroom.limits;

import dev.anteroom.gate.Admission;
import java.util.IdentityHashMap;

/**
 * The services in progress. Knows how many were in progress when each began, and notices when none of them ends any
 * more. Not thread-safe.
 */
final class InFlight {
    /** Services count as stalled once none has succeeded for this many mean service times. */
    private static final int STALLED = 10;

    private static final double SMOOTHING = 0.1;

    private final IdentityHashMap<Admission, Integer> atOnce = new IdentityHashMap<>();
    private long lastProgressNanos;
    private double meanNanos;

    /** Records the start of a service, unless it has already ended. */
    void begin(Admission admission, int servedAtOnce, long nowNanos) {
        if (admission.state() == Admission.State.ADMITTED) {
            if (atOnce.isEmpty()) {
                lastProgressNanos = nowNanos;
            }
            atOnce.put(admission, Math.max(1, servedAtOnce));
        }
    }

    /** Records the end of a service. Returns how many were in progress when it began, or 0 if that is unknown. */
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

    /**
     * Returns whether no service has succeeded for so long that one should have. If so, starts the next timeout, so
     * that a stall is reported once per timeout.
     */
    boolean haveStalled(long nowNanos, long leastNanos) {
        double timeout = Math.max((double) leastNanos, STALLED * meanNanos);
        boolean stalled = !atOnce.isEmpty() && meanNanos > 0 && nowNanos - lastProgressNanos >= timeout;
        if (stalled) {
            lastProgressNanos = nowNanos;
        }
        return stalled;
    }
}
