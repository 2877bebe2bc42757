package dev.anteroom.gateway.rehearsal;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.simulator.Stage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A load before a real gateway. Clients and upstream share an event loop of their own. */
final class Rehearsal implements Stage {
    private static final Endpoint ANY_PORT = Endpoint.parse("127.0.0.1:0");

    @Override
    public Performance perform(String policy, Rules rules, List<Visit> visits) throws Exception {
        WaiterCount waiters = new WaiterCount();
        try (EventLoopGroup loops =
                        Transports.named("nio").open(TransportOptions.defaults().withLoops(1));
                Listener upstream = loops.listen(ANY_PORT.address(), remote -> new TimedService());
                Gateway gateway = Gateway.open(
                        settings(policy, rules, Endpoint.of(upstream.address())),
                        (name, gate) -> gate.listener(waiters),
                        (gate, admission, service) -> {})) {
            Crowd crowd = new Crowd(
                    loops.loops().get(0), gateway.addresses().get(0).address(), rules.noticesDepartures(), visits);
            long lastNanos = crowd.comeAndGo();
            GateSnapshot gate = gateway.gates().get(0).gate().snapshot();
            return new Performance(
                    crowd.waitNanos(),
                    waiters.count.get(),
                    gate.abandoned(),
                    gate.expired(),
                    gate.refused(),
                    gate.shed(),
                    lastNanos);
        }
    }

    private static GatewaySettings settings(String policy, Rules rules, Endpoint upstream) {
        GateSettings gate = new GateSettings(
                "rehearsal",
                rules.limit(),
                policy,
                rules.maxWaiting(),
                WhenFull.REFUSE,
                rules.maxWait(),
                GateSettings.MAX_ARRIVING,
                null,
                List.of());
        ListenerSettings listener = ListenerSettings.simple(ANY_PORT, gate.name(), upstream);
        return new GatewaySettings(List.of(gate), List.of(listener), null, null, Duration.ZERO, null);
    }

    /** Who was neither admitted at the door nor refused there. */
    private static final class WaiterCount implements GateListener {
        private final AtomicLong count = new AtomicLong();

        @Override
        public void admitted(Admission admission) {
            count(admission);
        }

        @Override
        public void turnedAway(Admission admission) {
            count(admission);
        }

        private void count(Admission admission) {
            if (admission.decision() == Admission.Decision.WAITING) {
                count.incrementAndGet();
            }
        }
    }
}
