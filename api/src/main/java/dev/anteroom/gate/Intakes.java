package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Pauses the intakes of a gate when its waiting room has filled, and resumes them when a quarter of the places are free again,
 * so that they do not stop and go with every waiter.
 *
 * <p>T1 fills the room, T2 makes it empty; if T1, delayed, had the last word, the intakes would stand still before an empty room
 * for ever. So what is told is not the change but what holds now, by one thread at a time: whoever comes while another tells
 * only leaves word that there is something new, and the other looks once more.
 */
final class Intakes {
    private final int fullMark;
    private final int resumeMark;
    private final List<Held> held = new CopyOnWriteArrayList<>();
    private final AtomicInteger untold = new AtomicInteger();
    private volatile boolean full;

    /** Those of a room with so many places. */
    Intakes(int places) {
        fullMark = places;
        resumeMark = places - Math.max(1, places / 4);
    }

    /** Whether anyone is paused when the room is full, and nobody need be refused for that. */
    boolean isEmpty() {
        return held.isEmpty();
    }

    Intake.Hold add(Intake intake) {
        Held added = new Held(intake);
        held.add(added);
        tell();
        return added;
    }

    /**
     * Looks at the room. Called under the gate's lock.
     *
     * @return whether {@link #tell} is to be called once the lock is given back
     */
    boolean see(int waiting) {
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
        if (untold.getAndIncrement() != 0) {
            return;
        }
        int told;
        do {
            told = untold.get();
            held.forEach(Held::tell);
        } while (untold.addAndGet(-told) != 0);
    }

    private final class Held implements Intake.Hold {
        private final Intake intake;
        private boolean paused;
        private volatile boolean closed;

        private Held(Intake intake) {
            this.intake = intake;
        }

        private void tell() {
            boolean pause = full && !closed;
            if (closed) {
                held.remove(this);
            }
            if (pause != paused) {
                paused = pause;
                call(pause ? intake::pause : intake::resume);
            }
        }

        private static void call(Runnable call) {
            try {
                call.run();
            } catch (Throwable e) {
                Faults.report(Level.ERROR, () -> "an intake failed", e);
            }
        }

        @Override
        public boolean isHolding() {
            return full && !closed;
        }

        @Override
        public void close() {
            closed = true;
            Intakes.this.tell();
        }
    }
}
