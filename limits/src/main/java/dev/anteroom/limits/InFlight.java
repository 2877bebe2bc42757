package dev.anteroom.limits;

import dev.anteroom.gate.Admission;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * The services that have begun and not ended: when each began, and how many were served at once since then, on the average. Also notices
 * when none of them ends any more. Not thread-safe.
 */
final class InFlight {
    /** So many times as long as a service takes, without one that ends well, and the services count as stalled. */
    private static final int STALLED = 5;

    private static final double SMOOTHING = 0.1;

    private final Map<Admission, Service> services = new IdentityHashMap<>();
    private long lastProgressNanos;
    private double meanNanos;

    record Service(int atOnce) {}

    InFlight(long nowNanos) {
        lastProgressNanos = nowNanos;
    }

    /** A service begins, unless it has ended already. */
    void begin(Admission admission, int atOnce, long nowNanos) {
        if (admission.state() == Admission.State.ADMITTED) {
            if (services.isEmpty()) {
                lastProgressNanos = nowNanos;
            }
            services.put(admission, new Service(Math.max(1, atOnce)));
        }
    }

    /** A service ends. Returns how many were served at once when it began; 0 if its begin is unknown. */
    int end(Admission admission, long nowNanos) {
        Service service = services.remove(admission);
        if (service == null) {
            return 0;
        }
        if (!admission.hasFailed()) {
            lastProgressNanos = nowNanos;
            meanNanos += (admission.serviceNanos() - meanNanos) * (meanNanos == 0 ? 1 : SMOOTHING);
        }
        return service.atOnce;
    }

    int count() {
        return services.size();
    }

    /** Whether services are in flight, and none has ended well for so long that another should have; true once in such a time. */
    boolean hasStalled(long nowNanos, long leastNanos) {
        boolean stalled = !services.isEmpty()
                && meanNanos > 0
                && nowNanos - lastProgressNanos >= Math.max(leastNanos, STALLED * meanNanos);
        if (stalled) {
            lastProgressNanos = nowNanos;
        }
        return stalled;
    }
}
