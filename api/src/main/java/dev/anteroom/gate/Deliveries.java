package dev.anteroom.gate;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells those whose wait has ended, on a flat stack. An executor may run its task on the spot; the connection told may fail
 * on the spot, and give its slot to the next, who is told on the spot... What such a call would deliver is therefore queued for
 * the delivery that is under way on the same thread.
 */
final class Deliveries {
    private static final Logger LOGGER = System.getLogger(Deliveries.class.getName());
    private static final ThreadLocal<Deliveries> OF_THIS_THREAD = ThreadLocal.withInitial(Deliveries::new);

    private final Queue<Admission> pending = new ArrayDeque<>();
    private boolean underWay;

    private Deliveries() {}

    /**
     * Tells each admission of a list.
     *
     * @param first the first of those linked by {@code nextDelivery}; null if there is none
     */
    static void deliver(@Nullable Admission first) {
        if (first != null) {
            OF_THIS_THREAD.get().add(first);
        }
    }

    private void add(@Nullable Admission first) {
        for (Admission admission = first; admission != null; ) {
            Admission following = admission.nextDelivery;
            admission.nextDelivery = null;
            pending.add(admission);
            admission = following;
        }
        if (!underWay) {
            underWay = true;
            try {
                for (Admission next = pending.poll(); next != null; next = pending.poll()) {
                    tell(next);
                }
            } finally {
                underWay = false;
            }
        }
    }

    private static void tell(Admission admission) {
        admission.report();
        try {
            admission.executor.execute(admission::deliver);
        } catch (RejectedExecutionException e) {
            LOGGER.log(Level.DEBUG, () -> "the executor of " + admission + " is shut down", e);
            admission.leave();
        } catch (Throwable e) {
            LOGGER.log(Level.ERROR, () -> "telling " + admission + " failed", e);
            admission.leave();
        }
    }
}
