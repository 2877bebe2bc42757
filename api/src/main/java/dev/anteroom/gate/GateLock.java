package dev.anteroom.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a gate. A thread that holds the lock of one gate takes neither that lock again nor the lock of another
 * gate. Only a policy could try to, because no other user code runs under the lock. A policy that called its own gate
 * would see it half changed, and two gates whose policies call each other would deadlock. Such a call therefore fails,
 * and the gate drops the policy that made it.
 *
 * <p>Work that must run outside the lock, such as logging, is deferred by {@link #afterUnlock} until the lock is
 * released.
 */
final class GateLock extends ReentrantLock {
    private static final long serialVersionUID = 1;

    /** How long a thread that works in portions parks at a time, while it waits for another thread to take the lock. */
    private static final long PAUSE_NANOS = 20_000;

    /** How often it parks before it goes on. */
    private static final int MOST_PAUSES = 100;

    private static final ThreadLocal<@Nullable GateLock> HELD = new ThreadLocal<>();

    // Both fields are guarded by this lock.
    private transient @Nullable IllegalStateException reentry;
    private transient @Nullable List<Runnable> afterUnlock;

    /** The number of times that the lock was taken. */
    private final AtomicInteger acquisitions = new AtomicInteger();

    GateLock() {}

    /**
     * Takes the lock.
     *
     * @throws IllegalStateException if this thread holds the lock of a gate already
     */
    @Override
    public void lock() {
        GateLock held = HELD.get();
        if (held != null) {
            throw held.reentered();
        }
        super.lock();
        HELD.set(this);
        acquisitions.lazySet(acquisitions.getPlain() + 1);
    }

    @Override
    public void unlock() {
        HELD.set(null);
        super.unlock();
    }

    /**
     * Postpones a call into a gate until the lock is released, if this thread holds the lock of a gate. The call then
     * counts as a fault of the policy that made it.
     *
     * @return false if this thread holds no such lock; nothing is postponed then
     */
    static boolean postpone(Runnable call) {
        GateLock held = HELD.get();
        if (held == null) {
            return false;
        }
        held.reentered();
        held.afterUnlock(call);
        return true;
    }

    private IllegalStateException reentered() {
        reentry = new IllegalStateException("a policy must not call a gate");
        return reentry;
    }

    /** Throws if the policy has called a gate, even if the policy has caught the exception of that call. */
    void requireNoReentry() {
        IllegalStateException fault = reentry;
        if (fault != null) {
            reentry = null;
            throw fault;
        }
    }

    /** Defers a task until the lock is released. */
    void afterUnlock(Runnable task) {
        if (afterUnlock == null) {
            afterUnlock = new ArrayList<>();
        }
        afterUnlock.add(task);
    }

    /** Removes and returns the deferred tasks, which the caller runs after it has released the lock. */
    List<Runnable> takeAfterUnlock() {
        List<Runnable> taken = afterUnlock;
        afterUnlock = null;
        return taken == null ? List.of() : taken;
    }

    /**
     * Lets a thread that waits for the lock take it before this thread takes it again. The lock itself would favor this
     * thread, because it is running and the other has yet to wake up.
     */
    void giveWay() {
        int before = acquisitions.get();
        for (int i = 0; i < MOST_PAUSES && hasQueuedThreads() && acquisitions.get() == before; i++) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }
}
