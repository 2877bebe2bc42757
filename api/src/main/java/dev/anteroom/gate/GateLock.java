package dev.anteroom.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The lock of a gate. A thread that holds the lock of one gate takes neither that lock again nor the lock of another gate. Only a
 * policy could try, because no other user code runs under the lock. It would see a gate that is half changed, and two gates whose
 * policies call each other would wait for each other for ever. So the call fails, and the gate drops the policy that made it.
 *
 * <p>What has to happen outside the lock, such as writing to a log, is kept by {@link #afterwards} until the lock is given back.
 */
final class GateLock extends ReentrantLock {
    private static final long serialVersionUID = 1;

    /** How long, and how often, a thread that works in portions waits for another to have had the lock. */
    private static final long PAUSE_NANOS = 20_000;

    private static final int MOST_PAUSES = 100;

    private static final ThreadLocal<@Nullable GateLock> HELD = new ThreadLocal<>();

    // Both are guarded by this lock.
    private transient @Nullable IllegalStateException reentry;
    private transient @Nullable List<Runnable> afterwards;

    /** How often the lock was taken. */
    private final AtomicInteger turns = new AtomicInteger();

    GateLock() {}

    /**
     * Takes the lock.
     *
     * @throws IllegalStateException if this thread holds the lock of a gate
     */
    @Override
    public void lock() {
        GateLock held = HELD.get();
        if (held != null) {
            throw held.reentered();
        }
        super.lock();
        HELD.set(this);
        turns.lazySet(turns.getPlain() + 1);
    }

    @Override
    public void unlock() {
        HELD.set(null);
        super.unlock();
    }

    /** Has a call of a policy into a gate wait until the lock is given back; false if this thread holds no lock. */
    static boolean postpone(Runnable call) {
        GateLock held = HELD.get();
        if (held == null) {
            return false;
        }
        held.reentered();
        held.afterwards(call);
        return true;
    }

    private IllegalStateException reentered() {
        reentry = new IllegalStateException("a policy must not call a gate");
        return reentry;
    }

    /** Fails if the policy has called a gate, also if the policy has kept the exception to itself. */
    void requireNoReentry() {
        IllegalStateException fault = reentry;
        if (fault != null) {
            reentry = null;
            throw fault;
        }
    }

    /** Keeps a task until the lock is given back. */
    void afterwards(Runnable task) {
        if (afterwards == null) {
            afterwards = new ArrayList<>();
        }
        afterwards.add(task);
    }

    /** Takes what is to be run once the lock is given back. */
    List<Runnable> takeAfterwards() {
        List<Runnable> taken = afterwards;
        afterwards = null;
        return taken == null ? List.of() : taken;
    }

    /**
     * Lets a thread that waits for the lock have it, before this thread takes it again. The lock itself would favour this thread, which
     * runs, over one that has yet to wake up.
     */
    void giveWay() {
        int turn = turns.get();
        for (int i = 0; i < MOST_PAUSES && hasQueuedThreads() && turns.get() == turn; i++) {
            LockSupport.parkNanos(this, PAUSE_NANOS);
        }
    }
}
