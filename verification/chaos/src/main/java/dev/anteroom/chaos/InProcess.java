package dev.anteroom.chaos;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.scheduler.Policies;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/** A subject whose gate runs in this process. */
abstract class InProcess implements Subject {
    final Scene scene;
    final AdmissionGate gate;

    InProcess(Scene scene) {
        this.scene = scene;
        gate = AdmissionGate.builder()
                .limit(LIMIT)
                .maxWaiting(PLACES)
                .maxWait(Duration.ofSeconds(WAIT_SECONDS))
                .policy(Policies.parse("fifo"))
                .priorityClass(source -> port(source) % 3)
                .sourceKey(source -> port(source) % 7)
                .listener(new Watch(scene))
                .build();
    }

    private static int port(SocketAddress address) {
        return address instanceof InetSocketAddress internet ? internet.getPort() : 0;
    }

    /** Events that the gate's listener has received; their counts must agree with the gate's own. */
    enum Told {
        ADMITTED,
        TURNED_AWAY,
        RELEASED
    }

    private record Watch(Scene scene) implements GateListener {
        @Override
        public void admitted(Admission admission) {
            scene.ledger().count(Told.ADMITTED);
            scene.ambushes().strike(Ambushes.Moment.ADMITTED, (SocketAddress) admission.source());
        }

        @Override
        public void turnedAway(Admission admission) {
            scene.ledger().count(Told.TURNED_AWAY);
        }

        @Override
        public void released(Admission admission) {
            scene.ledger().count(Told.RELEASED);
        }
    }

    @Override
    public final Gauges gauges() {
        GateSnapshot gate = this.gate.snapshot();
        return new Gauges(
                gate.arrived(),
                gate.active(),
                gate.waiting(),
                gate.admitted(),
                gate.refused(),
                gate.expired(),
                gate.abandoned(),
                gate.shed());
    }

    @Override
    public final void limit(int limit) {
        gate.limit(limit);
    }

    @Override
    public final void policy(String expression) {
        gate.policy(Policies.parse(expression));
    }

    @Override
    public final long descriptors() {
        return Descriptors.of("self");
    }
}
