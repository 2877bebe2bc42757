package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.catalogue.FixedSettings;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.limits.Limits;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.scheduler.Policies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A running gateway: gates between listeners and upstreams, from the first connection accepted to the last one served.
 * Thread-safe.
 */
public final class Gateway implements AutoCloseable {
    private static final long POLL_MILLIS = 20;

    private final EventLoopGroup loops;
    private final GateCustomizer customizer;
    private final ServedListener served;
    private volatile List<NamedGate> gates = List.of();
    private volatile List<RunningListener> listeners = List.of();

    /** Gates that the settings no longer contain; their connections live on. */
    private final List<NamedGate> formerGates = new CopyOnWriteArrayList<>();

    private final List<RunningListener> formerListeners = new CopyOnWriteArrayList<>();
    private volatile GatewaySettings settings;
    private volatile boolean draining;

    private Gateway(GatewaySettings settings, GateCustomizer customizer, ServedListener served) {
        this.settings = settings;
        this.customizer = customizer;
        this.served = served;
        this.loops = loops(settings);
    }

    /**
     * Opens a gateway, which accepts connections at once.
     *
     * @param settings the settings
     * @param customizer customizes each gate
     * @param served notified of each served connection at its end
     * @return the running gateway
     * @throws StartFailure if an address cannot be listened on
     */
    public static Gateway open(GatewaySettings settings, GateCustomizer customizer, ServedListener served)
            throws StartFailure {
        Gateway gateway = new Gateway(settings, customizer, served);
        try {
            gateway.gates = settings.gates().stream().map(gateway::build).toList();
            gateway.listeners = gateway.runningOrNew(settings.listeners(), gateway.gates);
            return gateway;
        } catch (StartFailure | RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private static EventLoopGroup loops(GatewaySettings settings) {
        TransportOptions options =
                TransportOptions.defaults().withKeepAlive(settings.process().keepAlive());
        Integer loops = settings.process().loops();
        return transport(settings).open(loops == null ? options : options.withLoops(loops));
    }

    /** Chooses the transport; the native transports of Netty cannot take over a socket. */
    private static TransportProvider transport(GatewaySettings settings) {
        String name = settings.process().transport();
        if (name != null) {
            return Transports.named(name);
        }
        return settings.inheritsSocket() ? Transports.named("nio") : Transports.preferred();
    }

    private NamedGate build(GateSettings settings) {
        GateClasses classes = new GateClasses(settings.classes());
        AdmissionGate.Builder builder = AdmissionGate.builder()
                .policy(Policies.parse(settings.policy()))
                .maxWaiting(settings.maxWaiting())
                .maxWait(settings.maxWait())
                .sourceKey(settings.sourcePrefix())
                .priorityClass(classes);
        if (settings.maxPerSource() != null) {
            builder.maxPerSource(settings.maxPerSource());
        }
        if (settings.limit() == null) {
            builder.limit(0); // until a fleet lends slots
        } else {
            builder.limit(Limits.parse(settings.limit()));
        }
        customizer.customize(settings.name(), builder);
        return new NamedGate(
                settings.name(), builder.build(), classes, new Arrivals(settings.maxArriving()), settings.whenFull());
    }

    private RunningListener listen(ListenerSettings settings, List<NamedGate> gates) throws StartFailure {
        NamedGate gate = gates.stream()
                .filter(named -> named.name().equals(settings.gate()))
                .findFirst()
                .orElseThrow();
        return RunningListener.open(settings, gate, loops, served);
    }

    /**
     * Replaces the settings. No connection is cut off and no waiter loses its place. A gate or listener that the new
     * settings do not contain accepts no more connections and lives on for those it has. A limit or policy that is the
     * same in both settings stays as it is, even if it was changed by other means in between.
     *
     * @param next the new settings
     * @return a line for each change that is not possible, in which case nothing was changed; empty if the settings
     *     were replaced
     * @throws StartFailure if a new address cannot be listened on; nothing was changed then
     */
    public synchronized List<String> reload(GatewaySettings next) throws StartFailure {
        List<String> obstacles = FixedSettings.changes(settings, next);
        if (obstacles.isEmpty() && !draining) {
            List<NamedGate> nextGates =
                    next.gates().stream().map(this::runningOrNew).toList();
            List<RunningListener> nextListeners = runningOrNew(next.listeners(), nextGates);
            next.gates().forEach(this::change);
            next.listeners().forEach(this::change);
            formerGates.addAll(without(nextGates, gates));
            gates = nextGates;
            List<RunningListener> gone = without(nextListeners, listeners);
            formerListeners.addAll(gone);
            listeners = nextListeners;
            gone.forEach(RunningListener::close);
            settings = next;
        }
        return obstacles;
    }

    private NamedGate runningOrNew(GateSettings settings) {
        return gates.stream()
                .filter(gate -> gate.name().equals(settings.name()))
                .findFirst()
                .orElseGet(() -> build(settings));
    }

    private List<RunningListener> runningOrNew(List<ListenerSettings> settings, List<NamedGate> gates)
            throws StartFailure {
        List<RunningListener> all = new ArrayList<>();
        List<RunningListener> opened = new ArrayList<>();
        try {
            for (ListenerSettings each : settings) {
                RunningListener running = running(each);
                if (running == null) {
                    running = listen(each, gates);
                    opened.add(running);
                }
                all.add(running);
            }
            return all;
        } catch (StartFailure e) {
            opened.forEach(RunningListener::close);
            throw e;
        }
    }

    private @Nullable RunningListener running(ListenerSettings settings) {
        return listeners.stream()
                .filter(each -> each.settings().address().equals(settings.address()))
                .findFirst()
                .orElse(null);
    }

    private void change(ListenerSettings next) {
        RunningListener running = running(next);
        if (running != null && !running.settings().equals(next)) {
            running.change(next);
        }
    }

    /** Applies the new policy first, so that it decides which waiters get the slots that a higher limit frees. */
    private void change(GateSettings next) {
        for (GateSettings now : settings.gates()) {
            if (now.name().equals(next.name())) {
                NamedGate running = runningOrNew(next);
                running.classes().change(next.classes());
                running.arrivals().limit(next.maxArriving());
                if (!now.policy().equals(next.policy())) {
                    running.gate().policy(Policies.parse(next.policy()));
                }
                if (next.limit() != null && !next.limit().equals(now.limit())) {
                    running.gate().limit(Limits.parse(next.limit()));
                }
            }
        }
    }

    private static <T> List<T> without(List<T> others, List<T> some) {
        return some.stream().filter(each -> !others.contains(each)).toList();
    }

    /**
     * Returns the gates, in the order of the settings.
     *
     * @return at least one
     */
    public List<NamedGate> gates() {
        return gates;
    }

    /**
     * Returns the gate whose limit a fleet lends.
     *
     * @return the first gate that has no limit of its own
     */
    public AdmissionGate gateOfFleet() {
        String name = settings.gates().stream()
                .filter(gate -> gate.limit() == null)
                .map(GateSettings::name)
                .findFirst()
                .orElseThrow();
        return gates.stream()
                .filter(gate -> gate.name().equals(name))
                .findFirst()
                .orElseThrow()
                .gate();
    }

    /**
     * Returns the addresses on which clients connect.
     *
     * @return at least one address, in the order of the settings
     */
    public List<Endpoint> addresses() {
        return listeners.stream()
                .map(listener -> Endpoint.of(listener.address()))
                .toList();
    }

    /**
     * Returns whether the gateway has stopped accepting connections.
     *
     * @return true once {@link #drain} has begun
     */
    public boolean isDraining() {
        return draining;
    }

    /**
     * Stops accepting, refuses the waiting connections, and lets the served ones finish. Connections that were turned
     * away get the time that a transport grants them to read the message.
     *
     * @param timeout the longest time that served connections may take
     * @return the number of connections that did not finish
     * @throws InterruptedException if the thread is interrupted; no connection is cut off then
     */
    public int drain(Duration timeout) throws InterruptedException {
        draining = true;
        listeners.forEach(RunningListener::close);
        Stream.concat(gates.stream(), formerGates.stream())
                .forEach(named -> named.gate().close());
        long begin = System.nanoTime();
        boolean anyTurnedAway = gates.stream().anyMatch(named -> hasTurnedAway(named.gate()));
        Duration least = anyTurnedAway ? TransportOptions.defaults().linger() : Duration.ZERO;
        while (isWithin(least, begin) || (open() > 0 && isWithin(timeout, begin))) {
            Thread.sleep(POLL_MILLIS);
        }
        return open();
    }

    private static boolean hasTurnedAway(AdmissionGate gate) {
        GateSnapshot snapshot = gate.snapshot();
        return snapshot.admitted() < snapshot.arrived();
    }

    private int open() {
        return Stream.concat(listeners.stream(), formerListeners.stream())
                .mapToInt(RunningListener::open)
                .sum();
    }

    private static boolean isWithin(Duration duration, long beginNanos) {
        return System.nanoTime() - beginNanos < duration.toNanos();
    }

    /** Cuts off all remaining connections. */
    @Override
    public void close() {
        loops.close();
    }
}
