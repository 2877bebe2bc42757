package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs the callbacks of admissions whose wait has ended, without recursion. An executor may run its task in the calling
 * thread. The callback may then fail at once and hand its slot to the next waiter, whose callback would run inside the
 * first one, and so on. Such a nested delivery is therefore queued for the delivery that is already running on the same
 * thread.
 */
final class Deliveries {
    private static final ThreadLocal<Deliveries> OF_THIS_THREAD = ThreadLocal.withInitial(Deliveries::new);

    /** The admissions whose callbacks are due, linked by {@code nextDelivery}. */
    private @Nullable Admission first;

    private @Nullable Admission last;
    private boolean underWay;

    private Deliveries() {}

    /**
     * Runs the callbacks of a list of admissions.
     *
     * @param first the first admission, linked to the others by {@code nextDelivery}, or null if there is none
     * @param last the last admission
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
        CallbackTask task = new CallbackTask(admission);
        try {
            admission.executor.execute(task);
        } catch (RejectedExecutionException e) {
            Faults.report(
                    Level.DEBUG,
                    () -> "an executor rejected the callback of " + admission + "; it runs on this thread",
                    e);
            task.runHere();
        } catch (Throwable e) {
            leave(admission);
            Faults.report(Level.ERROR, () -> "the callback of " + admission + " failed", e);
        }
    }

    private static void leave(Admission admission) {
        try {
            admission.leave();
        } catch (Throwable e) {
            Faults.report(Level.ERROR, () -> "giving back the slot of " + admission + " failed", e);
        }
    }

    /** Runs a callback once: on its executor, or on this thread if the executor rejects it. */
    private static final class CallbackTask extends AtomicBoolean implements Runnable {
        private static final long serialVersionUID = 1;

        private final transient Admission admission;

        CallbackTask(Admission admission) {
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
                Faults.report(Level.ERROR, () -> "the callback of " + admission + " failed", e);
            }
        }
    }
}
