package dev.anteroom.gate;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that a gate hands to its clock, so that waiters expire on time. Guarded by the gate's lock.
 *
 * <p>A clock cannot take a task back. If a newcomer expires before the pending task is due, another task is added. It
 * is due when that waiter expires, but at most after half the time that is left to the task before it; it then looks
 * again. So each pending task halves the time, and there are never more than 63 of them, whatever the deadlines.
 * Without deadlines of their own, newcomers expire last, and one task suffices.
 *
 * <p>The clock may keep a task for as long as a connection may wait. That must not keep an unused gate from being
 * collected, so this object references its gate strongly only while connections wait there.
 */
final class ExpiryTimer {
    private final WeakReference<AdmissionGate> gate;

    /**
     * Never read. A strong reference that keeps the garbage collector from collecting a gate at which connections wait.
     */
    @SuppressWarnings({"unused", "UnusedVariable", "FieldCanBeLocal"})
    private @Nullable AdmissionGate keptGate;

    private boolean isKept;

    /** The times at which the pending tasks are due, the next one last. */
    private final Deque<Long> pending = new ArrayDeque<>();

    ExpiryTimer(AdmissionGate gate) {
        this.gate = new WeakReference<>(gate);
    }

    /** References the gate strongly while connections wait. Called under the gate's lock. */
    void keepGate(AdmissionGate waitedAt, boolean connectionsWait) {
        if (isKept != connectionsWait) {
            isKept = connectionsWait;
            keptGate = connectionsWait ? waitedAt : null;
        }
    }

    /**
     * Adds a task that looks for waiters to expire, unless one that is pending comes in time.
     *
     * @return the delay after which the task is due, or 0 if none was added
     */
    long add(long expiryNanos, long nowNanos) {
        long delay = Math.max(1, expiryNanos - nowNanos);
        Long next = pending.peekLast();
        if (next != null) {
            long left = next - nowNanos;
            if (left <= delay) {
                return 0;
            }
            delay = Math.min(delay, left / 2);
        }
        pending.addLast(nowNanos + delay);
        return delay;
    }

    /** Forgets a task that has run, or that the clock did not accept. Returns false if it is forgotten already. */
    boolean remove(long dueNanos) {
        return pending.removeLastOccurrence(dueNanos);
    }

    /** Returns the task that is due at a given time. */
    Runnable task(long dueNanos) {
        return () -> {
            AdmissionGate there = gate.get();
            if (there != null) {
                there.expire(dueNanos);
            }
        };
    }
}
