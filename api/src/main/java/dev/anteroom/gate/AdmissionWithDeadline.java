package dev.anteroom.gate;

import java.util.concurrent.Executor;

/**
 * The admission of a source that has limited time to wait. A class of its own, so that all other admissions, of which
 * there may be a million, are no larger for it.
 */
final class AdmissionWithDeadline extends Admission {
    /** Guarded by the gate's lock, and constant once the admission waits. */
    private long deadlineNanos;

    AdmissionWithDeadline(
            AdmissionGate gate,
            Object source,
            Object sourceKey,
            int priorityClass,
            Executor executor,
            AdmissionCallback callback,
            long deadlineNanos) {
        super(gate, source, sourceKey, priorityClass, executor, callback);
        this.deadlineNanos = deadlineNanos;
    }

    @Override
    public boolean hasDeadline() {
        return true;
    }

    @Override
    public long deadlineNanos() {
        return deadlineNanos;
    }

    @Override
    void startWaiting(long nowNanos, long sequence, long maxWaitNanos) {
        super.startWaiting(nowNanos, sequence, maxWaitNanos);
        if (maxWaitNanos > 0 && deadlineNanos - nowNanos > maxWaitNanos) {
            deadlineNanos = nowNanos + maxWaitNanos;
        }
    }

    @Override
    long expiryNanos(long maxWaitNanos) {
        return deadlineNanos;
    }

    @Override
    boolean isLate(long nowNanos) {
        return nowNanos - deadlineNanos >= 0;
    }
}
