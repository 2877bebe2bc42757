package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells those whose wait has ended, on a flat stack. An executor may run its task on the spot; the connection told may fail
 * on the spot, and give its slot to the next, who is told on the spot... What such a call would deliver is therefore queued for
 * the delivery that is under way on the same thread.
 */
final class Deliveries {
    private static final ThreadLocal<Deliveries> OF_THIS_THREAD = ThreadLocal.withInitial(Deliveries::new);

    /** Those to be told, linked by {@code nextDelivery}. */
    private @Nullable Admission first;

    private @Nullable Admission last;
    private boolean underWay;

    private Deliveries() {}

    /**
     * Tells each admission of a list.
     *
     * @param first the first of those linked by {@code nextDelivery}; null if there is none
     * @param last the last of them
     */
    static void deliver(@Nullable Admission first, @Nullable Admission last) {
        if (first != null) {
            OF_THIS_THREAD.get().add(first, last);
        }
    }

    private void add(Admission firstAdded, @Nullable Admission lastAdded) {
        if (last == null) {
            first = firstAdded;
        } else {
            last.nextDelivery = firstAdded;
        }
        last = lastAdded;
        if (!underWay) {
            underWay = true;
            try {
                for (Admission next = take(); next != null; next = take()) {
                    tell(next);
                }
            } finally {
                underWay = false;
            }
        }
    }

    private @Nullable Admission take() {
        Admission taken = first;
        if (taken != null) {
            first = taken.nextDelivery;
            taken.nextDelivery = null;
            last = first == null ? null : last;
        }
        return taken;
    }

    private static void tell(Admission admission) {
        admission.report();
        try {
            admission.executor.execute(admission::deliver);
        } catch (RejectedExecutionException e) {
            admission.leave();
            Faults.report(Level.DEBUG, () -> "the executor of " + admission + " is shut down", e);
        } catch (Throwable e) {
            admission.leave();
            Faults.report(Level.ERROR, () -> "telling " + admission + " failed", e);
        }
    }
}
