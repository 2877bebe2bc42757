package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
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
        Telling telling = new Telling(admission);
        try {
            admission.executor.execute(telling);
        } catch (RejectedExecutionException e) {
            Faults.report(Level.DEBUG, () -> "the executor rejected to tell " + admission, e);
            telling.runHere();
        } catch (Throwable e) {
            leave(admission);
            Faults.report(Level.ERROR, () -> "telling " + admission + " failed", e);
        }
    }

    private static void leave(Admission admission) {
        try {
            admission.leave();
        } catch (Throwable e) {
            Faults.report(Level.ERROR, () -> admission + " could not leave", e);
        }
    }

    /** Tells an admission, once: on its executor, or here if that rejects. */
    private static final class Telling extends AtomicBoolean implements Runnable {
        private static final long serialVersionUID = 1;

        private final transient Admission admission;

        Telling(Admission admission) {
            this.admission = admission;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                admission.deliver();
            }
        }

        void runHere() {
            try {
                run();
            } catch (Throwable e) {
                Faults.report(Level.ERROR, () -> "telling " + admission + " failed", e);
            }
        }
    }
}
