package dev.anteroom.gateway.rehearsal;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.catalogue.Catalogue;
import dev.anteroom.gateway.catalogue.GateCatalogue;
import dev.anteroom.gateway.catalogue.ListenerCatalogue;
import dev.anteroom.gateway.catalogue.UpstreamCatalogue;
import dev.anteroom.gateway.catalogue.Values;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.simulator.Stage;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Runs a load through a real gateway. The clients and the upstream share an event loop of their own. */
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
                        (name, gate) -> gate.listener(waiters))) {
            ClientLoad clients = new ClientLoad(
                    loops.loops().get(0), gateway.addresses().get(0).address(), rules.noticesDepartures(), visits);
            long lastNanos = clients.run();
            GateSnapshot gate = gateway.gates().get(0).gate().snapshot();
            return new Performance(
                    clients.waitNanos(),
                    waiters.count.get(),
                    gate.abandoned(),
                    gate.expired(),
                    gate.refused(),
                    gate.shed(),
                    lastNanos);
        }
    }

    private static GatewaySettings settings(String policy, Rules rules, Endpoint upstream) {
        Values values = new Values()
                .with(ListenerCatalogue.LISTEN, ANY_PORT)
                .with(UpstreamCatalogue.UPSTREAM, List.of(new UpstreamSettings(upstream, null)))
                .with(GateCatalogue.LIMIT, rules.limit())
                .with(GateCatalogue.POLICY, policy)
                .with(GateCatalogue.MAX_WAITING, rules.maxWaiting())
                .with(GateCatalogue.MAX_WAIT, rules.maxWait());
        return Catalogue.settings("rehearsal", values);
    }

    /** Counts the connections that waited: they were neither admitted nor refused on arrival. */
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
