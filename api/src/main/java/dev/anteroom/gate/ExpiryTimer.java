package dev.anteroom.gate;

import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * The task that a gate hands to its clock. The clock may keep the task for as long as a connection may wait. That must
 * not keep an unused gate from being collected, so the task references its gate strongly only while connections wait
 * there.
 */
final class ExpiryTimer implements Runnable {
    private final WeakReference<AdmissionGate> gate;

    /**
     * Never read. A strong reference that keeps the garbage collector from collecting a gate at which connections wait.
     */
    @SuppressWarnings({"unused", "UnusedVariable", "FieldCanBeLocal"})
    private @Nullable AdmissionGate keptGate;

    private boolean isKept;

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

    @Override
    public void run() {
        AdmissionGate there = gate.get();
        if (there != null) {
            there.expire();
        }
    }
}
