package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.limits.Limits;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.scheduler.Policies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Settings made to run: gates between listeners and upstreams, from the first connection accepted to the last one served.
 * Thread-safe.
 */
public final class Gateway implements AutoCloseable {
    private static final long GLANCE_MILLIS = 20;

    private final EventLoopGroup loops;
    private final ServedListener served;
    private final List<NamedGate> gates = new ArrayList<>();
    private final List<Proxy> proxies = new ArrayList<>();
    private final List<Listener> listeners = new ArrayList<>();
    private volatile boolean draining;

    private Gateway(EventLoopGroup loops, ServedListener served) {
        this.loops = loops;
        this.served = served;
    }

    /**
     * Begins to accept.
     *
     * @param settings what to do
     * @param fitting adds to each gate
     * @param served told of each connection that was served, at its end
     * @return the running gateway
     * @throws StartFailure if an address cannot be listened on
     */
    public static Gateway open(GatewaySettings settings, GateFitting fitting, ServedListener served)
            throws StartFailure {
        Gateway gateway = new Gateway(loops(settings), served);
        try {
            settings.gates().forEach(gate -> gateway.gates.add(build(gate, fitting)));
            for (ListenerSettings listener : settings.listeners()) {
                gateway.listen(listener);
            }
            return gateway;
        } catch (StartFailure | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private static EventLoopGroup loops(GatewaySettings settings) {
        TransportOptions options = TransportOptions.defaults().withConnectTimeout(settings.connectTimeout());
        String transport = settings.transport();
        return (transport == null ? Transports.preferred() : Transports.named(transport))
                .open(settings.loops() == null ? options : options.withLoops(settings.loops()));
    }

    private static NamedGate build(GateSettings settings, GateFitting fitting) {
        AdmissionGate.Builder builder = AdmissionGate.builder()
                .limit(Limits.parse(settings.limit()))
                .policy(Policies.parse(settings.policy()))
                .maxWaiting(settings.maxWaiting())
                .maxWait(settings.maxWait())
                .priorityClass(PriorityRule.firstMatch(settings.classes()));
        if (settings.maxPerSource() != null) {
            builder.maxPerSource(settings.maxPerSource());
        }
        fitting.fit(settings.name(), builder);
        return new NamedGate(settings.name(), builder.build(), settings.whenFull());
    }

    private void listen(ListenerSettings settings) throws StartFailure {
        NamedGate gate = gate(settings.gate());
        Upstreams upstreams = new Upstreams(settings);
        TimeKeeper timeKeeper = new TimeKeeper(
                loops.loops(), () -> gate.gate().snapshot().waiting());
        Proxy proxy = new Proxy(settings, upstreams, timeKeeper, served);
        GatedProtocolFactory factory = GatedProtocolFactory.handingOverSlots(gate.gate(), proxy)
                .halfClose(settings.halfClose())
                .busyMessage(settings.busyMessage().getBytes(StandardCharsets.UTF_8));
        try {
            listeners.add(gate.before(loops.listen(settings.address().address(), factory)));
            proxies.add(proxy);
            timeKeeper.change(settings.timeLimits());
            HealthCheck.begin(upstreams, loops.loops().get(0));
        } catch (IOException e) {
            throw StartFailure.listening("--listen", settings.address(), e);
        }
    }

    private NamedGate gate(String name) {
        return gates.stream()
                .filter(named -> named.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /**
     * The gates, in the order of the settings.
     *
     * @return at least one
     */
    public List<NamedGate> gates() {
        return List.copyOf(gates);
    }

    /**
     * Where clients connect.
     *
     * @return at least one address, in the order of the settings
     */
    public List<Endpoint> addresses() {
        return listeners.stream()
                .map(listener -> Endpoint.of(listener.address()))
                .toList();
    }

    /**
     * Whether newcomers are accepted no more.
     *
     * @return true from the begin of {@link #drain} on
     */
    public boolean isDraining() {
        return draining;
    }

    /**
     * Stops accepting, refuses the waiting, and lets the served finish. Those who were turned away get the moment to read why
     * that a transport grants them.
     *
     * @param timeout how long the served may take
     * @return how many did not finish
     * @throws InterruptedException if the thread is interrupted; nobody is cut off yet
     */
    public int drain(Duration timeout) throws InterruptedException {
        draining = true;
        listeners.forEach(Listener::close);
        gates.forEach(named -> named.gate().close());
        long begin = System.nanoTime();
        boolean someoneReads = gates.stream().anyMatch(named -> hasTurnedAway(named.gate()));
        Duration least = someoneReads ? TransportOptions.defaults().linger() : Duration.ZERO;
        while (isWithin(least, begin) || (open() > 0 && isWithin(timeout, begin))) {
            Thread.sleep(GLANCE_MILLIS);
        }
        return open();
    }

    private static boolean hasTurnedAway(AdmissionGate gate) {
        GateSnapshot snapshot = gate.snapshot();
        return snapshot.admitted() < snapshot.arrived();
    }

    private int open() {
        return proxies.stream().mapToInt(Proxy::open).sum();
    }

    private static boolean isWithin(Duration duration, long beginNanos) {
        return System.nanoTime() - beginNanos < duration.toNanos();
    }

    /** Cuts off whoever is still connected. */
    @Override
    public void close() {
        loops.close();
    }
}
