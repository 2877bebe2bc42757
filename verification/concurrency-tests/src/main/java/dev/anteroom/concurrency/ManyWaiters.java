package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A gate with one slot, which is taken, and more waiters than the gate handles in one portion. */
final class ManyWaiters {
    /** The number of waiters of one portion. */
    static final int PORTION = 64;

    static final int WAITERS = PORTION + 6;

    private static final SocketAddress SOURCE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);

    private final AtomicInteger told = new AtomicInteger();
    final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(WAITERS)
            .maxWait(Duration.ZERO)
            .build();
    final Admission served = enter();
    final List<Admission> waiters = new ArrayList<>();

    ManyWaiters() {
        for (int i = 0; i < WAITERS; i++) {
            waiters.add(enter());
        }
    }

    private Admission enter() {
        return gate.enter(SOURCE, Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {
                told.incrementAndGet();
            }

            @Override
            public void turnedAway(Admission admission) {
                told.incrementAndGet();
            }
        });
    }

    /** Returns the gate's figures and the number of callbacks, as a string for jcstress to compare. */
    String figures() {
        GateSnapshot now = gate.snapshot();
        return now.waiting() + " waiting " + now.refused() + " refused " + now.abandoned() + " abandoned " + told
                + " told";
    }
}
