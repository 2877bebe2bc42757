package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pauses the acceptors of a gate when its waiting room is full, and resumes them when a quarter of the places are free
 * again, so that they do not stop and go with every waiter.
 *
 * <p>T1 fills the room, and T2 empties it. If T1 were delayed and told the acceptors last, they would stay paused for
 * ever, before an empty room. Acceptors are therefore told the current state rather than the change, by one thread at a
 * time. A thread that comes while another is telling only counts its change, and the other thread looks once more.
 */
final class Acceptors {
    private final int fullMark;
    private final int resumeMark;
    private final List<ControlledAcceptor> acceptors = new CopyOnWriteArrayList<>();
    private final AtomicInteger untoldChanges = new AtomicInteger();
    private volatile boolean full;

    /** Creates the control of a room with a given number of places. */
    Acceptors(int places) {
        fullMark = places;
        resumeMark = places - Math.max(1, places / 4);
    }

    /** Whether there is no acceptor to pause, so that a full room has to refuse newcomers. */
    boolean isEmpty() {
        return acceptors.isEmpty();
    }

    Acceptor.Control add(Acceptor acceptor) {
        ControlledAcceptor added = new ControlledAcceptor(acceptor);
        acceptors.add(added);
        tell();
        return added;
    }

    /**
     * Records how many connections wait. Called under the gate's lock.
     *
     * @return whether {@link #tell} must be called once the lock is released
     */
    boolean update(int waiting) {
        boolean now = full ? waiting > resumeMark : waiting >= fullMark;
        boolean changed = now != full;
        if (changed) {
            full = now;
        }
        return changed;
    }

    void tell() {
        if (GateLock.postpone(this::tell)) {
            return;
        }
        if (untoldChanges.getAndIncrement() != 0) {
            return;
        }
        int told;
        do {
            told = untoldChanges.get();
            acceptors.forEach(ControlledAcceptor::tell);
        } while (untoldChanges.addAndGet(-told) != 0);
    }

    private final class ControlledAcceptor implements Acceptor.Control {
        private final Acceptor acceptor;
        private boolean paused;
        private volatile boolean closed;

        private ControlledAcceptor(Acceptor acceptor) {
            this.acceptor = acceptor;
        }

        private void tell() {
            boolean pause = full && !closed;
            if (closed) {
                acceptors.remove(this);
            }
            if (pause != paused) {
                paused = pause;
                call(pause ? acceptor::pause : acceptor::resume);
            }
        }

        private static void call(Runnable call) {
            try {
                call.run();
            } catch (Throwable e) {
                Faults.report(Level.ERROR, () -> "an acceptor failed", e);
            }
        }

        @Override
        public boolean isPaused() {
            return full && !closed;
        }

        @Override
        public void close() {
            closed = true;
            Acceptors.this.tell();
        }
    }
}
