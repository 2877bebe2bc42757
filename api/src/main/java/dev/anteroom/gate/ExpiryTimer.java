package dev.anteroom.gate;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The task that a gate gives its clock. The clock may keep it for as long as a connection may wait, which is no reason to keep the
 * gate: the task holds on to its gate only while connections wait there.
 */
final class ExpiryTimer implements Runnable {
    private final WeakReference<AdmissionGate> gate;

    /** Never read: it is there for the garbage collector. */
    @SuppressWarnings({"unused", "UnusedVariable", "FieldCanBeLocal"})
    private @Nullable AdmissionGate keptForWaiters;

    private boolean keeps;

    ExpiryTimer(AdmissionGate gate) {
        this.gate = new WeakReference<>(gate);
    }

    /** Keeps the gate while connections wait. Called under the gate's lock. */
    void keep(AdmissionGate itsGate, boolean connectionsWait) {
        if (keeps != connectionsWait) {
            keeps = connectionsWait;
            keptForWaiters = connectionsWait ? itsGate : null;
        }
    }

    @Override
    public void run() {
        AdmissionGate there = gate.get();
        if (there != null) {
            there.expire();
        }
    }
}
