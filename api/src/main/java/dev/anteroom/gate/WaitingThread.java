package dev.anteroom.gate;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Wakes a thread that waits for its admission to change. */
record WaitingThread(Thread thread) implements Awaiting {
    /**
     * Waits for a slot on the calling thread.
     *
     * @param peer the connection whose end ends the wait, or null if none is known
     */
    static <S> Admission acquire(Door<S> door, S source, long timeoutNanos, @Nullable TcpConnection peer)
            throws NotAdmittedException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        AdmissionCallback callback = new WaitingThread(Thread.currentThread());
        Admission admission = door.enter(source, Runnable::run, callback, timeoutNanos > 0);
        if (admission.state() == Admission.State.WAITING) {
            Departures.watch(admission, peer);
            try {
                await(admission, timeoutNanos);
            } finally {
                Departures.forget(admission, peer);
            }
        }
        if (admission.state() != Admission.State.ADMITTED) {
            throw new NotAdmittedException(admission);
        }
        return admission;
    }

    private static void await(Admission admission, long timeoutNanos) throws InterruptedException {
        long begin = System.nanoTime();
        while (admission.state() == Admission.State.WAITING) {
            long remaining = timeoutNanos == Long.MAX_VALUE ? timeoutNanos : timeoutNanos - (System.nanoTime() - begin);
            if (remaining <= 0) {
                admission.stopWaiting();
            } else {
                LockSupport.parkNanos(admission, remaining);
                if (Thread.interrupted()) {
                    admission.leave();
                    throw new InterruptedException();
                }
            }
        }
    }

    @Override
    public void admitted(Admission admission) {
        LockSupport.unpark(thread);
    }

    @Override
    public void turnedAway(Admission admission) {
        LockSupport.unpark(thread);
    }

    @Override
    public void abandoned(Admission admission) {
        if (Thread.currentThread() != thread) {
            LockSupport.unpark(thread);
        }
    }
}
