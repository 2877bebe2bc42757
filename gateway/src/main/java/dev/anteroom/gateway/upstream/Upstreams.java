package dev.anteroom.gateway.upstream;

import dev.anteroom.gateway.config.NameLookup;
import dev.anteroom.gateway.config.UpstreamAddress;
import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.protocol.EventLoop;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All upstreams of a gateway, for all its listeners. Thread-safe: one lock guards everything here, and nothing that
 * may block or call user code, such as a lookup or a log, runs under it.
 *
 * <p><b>Identity.</b> A server is one object for its IP address and port. It exists while an upstream of the settings
 * has it, or a connection to it is open; so no change of the settings starts its count anew. An upstream is one object
 * for the text that names it, while a listener names it. A listener that was closed keeps its list of servers, because
 * connections that it accepted may still wait in the gate.
 *
 * <p><b>Waiting for an upstream.</b> A connection that finds all servers full or known to be down waits, in order of
 * admission and with its slot, for the next place that is given back or on a server that comes up. So the waiters in
 * the gate's room keep their places and the order of their policy while all upstreams are down. A place is handed over
 * under the lock, so no wake-up is lost between a search and the start of a wait, and a place that several listeners
 * share goes to the connection that has waited longest.
 */
public final class Upstreams implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger(Upstreams.class.getName());

    private final LongSupplier nanoTime;
    private final NameLookup lookup;
    private final HealthChecks checks;
    private final NameWatch watch;
    private final Map<UpstreamAddress, Upstream> upstreams = new LinkedHashMap<>();
    private final Map<InetSocketAddress, UpstreamServer> servers = new LinkedHashMap<>();
    private final Set<UpstreamPool> pools = new LinkedHashSet<>();
    private final Set<Dial> waiting = new LinkedHashSet<>();

    /**
     * Creates the upstreams of a gateway without listeners.
     *
     * @param loop runs the health checks
     * @param nanoTime the clock
     * @param lookup looks up the names of upstreams
     * @param resolveInterval the time between two lookups of a name; zero for none in the background
     */
    public Upstreams(EventLoop loop, LongSupplier nanoTime, NameLookup lookup, Duration resolveInterval) {
        this.nanoTime = nanoTime;
        this.lookup = lookup;
        this.checks = new HealthChecks(this, loop);
        this.watch = new NameWatch(this, resolveInterval);
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** Replaces the time between two lookups of a name. */
    public void resolveInterval(Duration interval) {
        watch.interval(interval);
    }

    /** Returns a lookup that falls back on the last addresses of a name that an upstream has. */
    public NameLookup names() {
        return host -> {
            try {
                return lookup.addresses(host);
            } catch (UnknownHostException e) {
                List<InetAddress> last = lastAddresses(host);
                if (last.isEmpty()) {
                    throw e;
                }
                return last;
            }
        };
    }

    private synchronized List<InetAddress> lastAddresses(String host) {
        return upstreams.values().stream()
                .filter(upstream -> upstream.address().host().equals(host))
                .flatMap(upstream -> upstream.servers().stream())
                .map(server -> server.address().getAddress())
                .distinct()
                .toList();
    }

    /** Adds a listener. Looks its names up, so it may block. */
    public UpstreamPool open(UpstreamPoolSettings settings) {
        UpstreamPool pool = new UpstreamPool(this, settings);
        change(pool, settings);
        return pool;
    }

    void change(UpstreamPool pool, UpstreamPoolSettings next) {
        Map<UpstreamAddress, List<InetSocketAddress>> found = lookUp(next);
        List<String> changes = new ArrayList<>();
        synchronized (this) {
            List<Upstream> before = pools.contains(pool) ? pool.upstreams() : List.of();
            List<Upstream> now = next.servers().stream().map(this::use).toList();
            for (Upstream upstream : now) {
                List<InetSocketAddress> at = found.get(upstream.address());
                if (at != null) {
                    resolve(upstream, at, changes);
                }
            }
            before.forEach(this::release);
            pool.assign(next, now);
            pools.add(pool);
            serversChanged();
        }
        announce(changes);
        watch.begin();
    }

    private Map<UpstreamAddress, List<InetSocketAddress>> lookUp(UpstreamPoolSettings settings) {
        Map<UpstreamAddress, List<InetSocketAddress>> found = new HashMap<>();
        for (UpstreamSettings each : settings.servers()) {
            try {
                found.put(each.address(), each.address().servers(lookup));
            } catch (UnknownHostException e) {
                // A new name stays without servers until a lookup succeeds, a known one keeps those that it has.
            }
        }
        return found;
    }

    private Upstream use(UpstreamSettings settings) {
        Upstream upstream = upstreams.computeIfAbsent(settings.address(), Upstream::new);
        upstream.limit(settings.limit());
        upstream.use();
        return upstream;
    }

    private void release(Upstream upstream) {
        if (upstream.release()) {
            upstreams.remove(upstream.address());
            upstream.servers().forEach(server -> {
                server.upstreams().remove(upstream);
                forgetIfUnused(server);
            });
        }
    }

    /** Forgets a server that has no connection and belongs to no upstream. */
    private void forgetIfUnused(UpstreamServer server) {
        if (server.active() == 0 && server.upstreams().isEmpty()) {
            servers.remove(server.address(), server);
        }
    }

    /** Gives an upstream the servers that were found; returns whether they have changed. */
    private boolean resolve(Upstream upstream, List<InetSocketAddress> found, List<String> changes) {
        List<UpstreamServer> before = upstream.servers();
        List<UpstreamServer> now = found.stream()
                .map(address -> servers.computeIfAbsent(address, UpstreamServer::new))
                .toList();
        if (upstream.outOfDate(false)) {
            changes.add("the name of the upstream " + upstream + " is known again");
        }
        if (Set.copyOf(before).equals(Set.copyOf(now))) {
            return false;
        }
        upstream.servers(now);
        before.forEach(this::forgetIfUnused);
        if (!before.isEmpty()) {
            now.stream()
                    .filter(server -> !before.contains(server))
                    .forEach(added -> changes.add("the upstream " + upstream + " has the new address " + added));
            before.stream()
                    .filter(server -> !now.contains(server))
                    .forEach(gone -> changes.add("the upstream " + upstream + " has lost the address " + gone
                            + "; open connections there: " + gone.active()));
        }
        return true;
    }

    /** Decides how each server is checked, and gives the waiting connections places that there may be now. */
    private void serversChanged() {
        for (UpstreamServer server : servers.values()) {
            server.checks(pools.stream()
                    .filter(pool -> pool.health() != null && pool.names(server))
                    .map(UpstreamPool::settings)
                    .min(Comparator.comparing(UpstreamPoolSettings::healthInterval))
                    .orElse(null));
        }
        serveWaiting();
        checks.refresh();
    }

    private static void announce(List<String> changes) {
        changes.forEach(change -> LOGGER.log(Level.WARNING, change));
    }

    /** Looks up the names of all upstreams, one after the other. */
    void lookUpAll() {
        for (Upstream upstream : named()) {
            List<String> changes = new ArrayList<>();
            try {
                List<InetSocketAddress> found = upstream.address().servers(lookup);
                synchronized (this) {
                    if (upstream.isUsed() && resolve(upstream, found, changes)) {
                        serversChanged();
                    }
                }
            } catch (UnknownHostException e) {
                lookupFailed(upstream, changes);
            }
            announce(changes);
        }
    }

    synchronized List<Upstream> named() {
        return upstreams.values().stream()
                .filter(upstream -> upstream.address().isName())
                .toList();
    }

    private synchronized void lookupFailed(Upstream upstream, List<String> changes) {
        if (upstream.outOfDate(true)) {
            changes.add("cannot look up the name of the upstream " + upstream
                    + (upstream.servers().isEmpty() ? "" : "; it keeps the addresses " + upstream.servers()));
        }
    }

    /** Returns the servers that are checked, and how. */
    synchronized Map<UpstreamServer, UpstreamPoolSettings> checked() {
        Map<UpstreamServer, UpstreamPoolSettings> checked = new LinkedHashMap<>();
        servers.values().stream()
                .filter(server -> server.checks() != null)
                .forEach(server -> checked.put(server, server.checks()));
        return checked;
    }

    synchronized boolean takeDueForCheck(UpstreamServer server) {
        return server.takeDueForCheck();
    }

    /** Removes a listener. Its connections keep their servers, and those that still wait in the gate get them. */
    void close(UpstreamPool pool) {
        synchronized (this) {
            if (pools.remove(pool)) {
                pool.closed();
                pool.upstreams().forEach(this::release);
                serversChanged();
            }
        }
    }

    /** Returns the server that counts the connections to the address of a server, which a closed listener may list. */
    UpstreamServer current(UpstreamServer server) {
        return server.upstreams().isEmpty() ? servers.getOrDefault(server.address(), server) : server;
    }

    /**
     * Takes a place on a server at which the connection has not failed before. If there is none, returns null, and the
     * connection waits if it may.
     */
    synchronized @Nullable UpstreamServer take(Dial dial) {
        UpstreamServer best = dial.pool().choose(dial);
        if (best != null) {
            take(best);
        } else if (dial.pool().mayWait(dial)) {
            dial.startWaiting(dial.pool().health() != null);
            waiting.add(dial);
        }
        return best;
    }

    private void take(UpstreamServer server) {
        if (server.upstreams().isEmpty()) {
            servers.putIfAbsent(server.address(), server);
        }
        server.take();
    }

    /** Ends the wait of a connection; returns false if it does not wait, because it was given a place. */
    synchronized boolean stopWaiting(Dial dial) {
        return waiting.remove(dial);
    }

    /** Gives a place on a server back. */
    synchronized void give(UpstreamServer server) {
        server.giveBack();
        forgetIfUnused(server);
        serveWaiting();
    }

    /** Records that a client or a check has connected to a server. */
    void succeeded(UpstreamServer server, boolean client) {
        boolean changed;
        synchronized (this) {
            changed = server.succeeded(client, now());
            serveWaiting();
        }
        if (changed) {
            server.reportState(true);
        }
    }

    /** Records that a client or a check could not connect to a server, in an attempt that began at a time. */
    void failed(UpstreamServer server, long begun, Throwable reason) {
        boolean ofThisMachine = ConnectFailure.isOfThisMachine(reason);
        boolean changed = false;
        if (!ofThisMachine) {
            synchronized (this) {
                changed = server.failed(begun, now());
            }
        }
        server.report(reason, ofThisMachine);
        if (changed) {
            server.reportState(false);
        }
    }

    /** Gives places to the waiting connections, in order. */
    private void serveWaiting() {
        if (waiting.isEmpty()) {
            return;
        }
        Set<UpstreamPool> full = new HashSet<>();
        for (Iterator<Dial> inOrder = waiting.iterator(); inOrder.hasNext(); ) {
            Dial dial = inOrder.next();
            if (full.contains(dial.pool())) {
                continue;
            }
            UpstreamServer server = dial.pool().choose(dial);
            if (server == null && !dial.pool().hasPlace()) {
                full.add(dial.pool());
            } else if (server != null) {
                inOrder.remove();
                take(server);
                dial.assign(server);
            }
        }
    }

    /**
     * Returns the listeners whose admitted connections wait for an upstream.
     *
     * @return one for each such connection, in the order of their wait
     */
    public synchronized List<UpstreamPool> awaited() {
        return waiting.stream().map(Dial::pool).toList();
    }

    /**
     * Returns the number of servers, for those who look for leaks.
     *
     * @return the servers of the settings, and those with connections
     */
    public synchronized int size() {
        return servers.size();
    }

    /** Ends the lookups. */
    @Override
    public void close() {
        watch.close();
    }
}
