package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.catalogue.FixedSettings;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.NameLookup;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.gateway.upstream.Upstreams;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A running gateway: gates between listeners and upstreams, from the first connection accepted to the last one served.
 * Thread-safe.
 */
public final class Gateway implements AutoCloseable {
    private static final long POLL_MILLIS = 20;

    private final EventLoopGroup loops;
    private final Upstreams upstreams;
    private final OpenConnections open = new OpenConnections();
    private final RunningListener.Shared shared;
    private final Gates gates;
    private volatile List<RunningListener> listeners = List.of();
    private volatile GatewaySettings settings;
    private volatile boolean draining;

    private Gateway(GatewaySettings settings, GatewayObserver observer) {
        this.settings = settings;
        this.loops = loops(settings);
        this.upstreams = new Upstreams(
                loops.loops().get(0),
                System::nanoTime,
                NameLookup.SYSTEM,
                settings.process().resolveInterval());
        TimeKeeper timeKeeper = new TimeKeeper(loops.loops(), System::nanoTime, upstreams::awaited);
        this.shared = new RunningListener.Shared(loops, upstreams, timeKeeper, open, observer);
        this.gates = new Gates(observer);
    }

    /**
     * Opens a gateway, which accepts connections at once.
     *
     * @param settings the settings
     * @param observer customizes each gate, and is notified of the connections
     * @return the running gateway
     * @throws StartFailure if an address cannot be listened on
     */
    public static Gateway open(GatewaySettings settings, GatewayObserver observer) throws StartFailure {
        Gateway gateway = new Gateway(settings, observer);
        try {
            gateway.apply(settings);
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

    /**
     * Replaces the settings. No connection is cut off and no waiter loses its place. A gate or listener that the new
     * settings do not contain accepts no more connections and lives on for those it has; a gate whose name returns
     * meanwhile is the same gate. A limit or policy that is the same in both settings stays as it is, even if it was
     * changed by other means in between. Looks the names of upstreams up, so it may block.
     *
     * @param next the new settings
     * @return a line for each change that is not possible, in which case nothing was changed; empty if the settings
     *     were replaced
     * @throws StartFailure if a new address cannot be listened on; nothing was changed then
     */
    public synchronized List<String> reload(GatewaySettings next) throws StartFailure {
        if (draining) {
            return List.of("the gateway is draining, and accepts no more connections");
        }
        List<String> obstacles = FixedSettings.changes(settings.withGates(gates.settings()), next);
        if (obstacles.isEmpty()) {
            apply(next);
            upstreams.resolveInterval(next.process().resolveInterval());
            settings = next;
        }
        return obstacles;
    }

    private synchronized void apply(GatewaySettings next) throws StartFailure {
        Map<String, NamedGate> found = gates.find(next.gates());
        List<RunningListener> nextListeners;
        try {
            nextListeners = runningOrNew(next.listeners(), found);
        } catch (StartFailure | RuntimeException e) {
            gates.discard(found);
            throw e;
        }
        gates.use(next.gates(), found);
        next.listeners().forEach(this::change);
        List<RunningListener> gone =
                listeners.stream().filter(each -> !nextListeners.contains(each)).toList();
        listeners = nextListeners;
        gone.forEach(RunningListener::close);
    }

    private List<RunningListener> runningOrNew(List<ListenerSettings> settings, Map<String, NamedGate> gates)
            throws StartFailure {
        List<RunningListener> all = new ArrayList<>();
        List<RunningListener> opened = new ArrayList<>();
        try {
            for (ListenerSettings each : settings) {
                RunningListener running = running(each);
                if (running == null) {
                    running = RunningListener.open(each, Objects.requireNonNull(gates.get(each.gate())), shared);
                    opened.add(running);
                }
                all.add(running);
            }
            return all;
        } catch (StartFailure | RuntimeException e) {
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
        if (running != null && running.settings().equals(next)) {
            running.refresh();
        } else if (running != null) {
            running.change(next);
        }
    }

    /**
     * Returns a lookup of names for new settings: a name that cannot be looked up now has the addresses that it had.
     *
     * @return a lookup that may block
     */
    public NameLookup names() {
        return upstreams.names();
    }

    /** Returns the upstreams of all listeners. */
    Upstreams upstreams() {
        return upstreams;
    }

    /**
     * Returns the gates, in the order of the settings.
     *
     * @return at least one
     */
    public List<NamedGate> gates() {
        return gates.present();
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
        return gates().stream()
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
        stopAccepting();
        long begin = System.nanoTime();
        boolean anyTurnedAway = gates().stream().anyMatch(named -> hasTurnedAway(named.gate()));
        Duration least = anyTurnedAway ? TransportOptions.defaults().linger() : Duration.ZERO;
        while (isWithin(least, begin) || (open.count() > 0 && isWithin(timeout, begin))) {
            Thread.sleep(POLL_MILLIS);
        }
        return open.count();
    }

    private synchronized void stopAccepting() {
        draining = true;
        listeners.forEach(RunningListener::close);
        gates.all().forEach(named -> named.gate().close());
    }

    private static boolean hasTurnedAway(AdmissionGate gate) {
        GateSnapshot snapshot = gate.snapshot();
        return snapshot.admitted() < snapshot.arrived();
    }

    private static boolean isWithin(Duration duration, long beginNanos) {
        return System.nanoTime() - beginNanos < duration.toNanos();
    }

    /** Cuts off all remaining connections. */
    @Override
    public void close() {
        open.cutOff();
        upstreams.close();
        loops.close();
    }
}
