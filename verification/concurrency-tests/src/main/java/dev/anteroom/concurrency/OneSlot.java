package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/** A gate with one slot, one place, and no longest wait, so that no timer is needed. */
final class OneSlot {
    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
    private static final AdmissionCallback SILENT = new AdmissionCallback() {
        @Override
        public void admitted(Admission admission) {}

        @Override
        public void turnedAway(Admission admission) {}
    };

    final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(1)
            .maxWait(Duration.ZERO)
            .build();

    Admission enter() {
        return gate.enter(SOURCE, Runnable::run, SILENT);
    }

    /** Returns the numbers of served and waiting connections, as a string for jcstress to compare. */
    String figures() {
        GateSnapshot now = gate.snapshot();
        return now.active() + " served " + now.waiting() + " waiting";
    }
}
