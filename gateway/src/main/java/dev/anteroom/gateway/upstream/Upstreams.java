package dev.anteroom.gateway.upstream;

import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.identity.ProxyVersion;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The upstream servers of a listener. Each admitted connection gets the server with the fewest connections among those
 * that are up and have room, and keeps a place there until its upstream connection is closed in both directions.
 * Thread-safe.
 *
 * <p><b>Waiting for an upstream.</b> A connection that finds all servers full or known to be down waits, in order of
 * admission and with its slot, for the next place that is given back or on a server that comes up. So the waiters in
 * the gate's room keep their places and the order of their policy while all upstreams are down. A place is handed over
 * under the lock, so no wake-up is lost between a search and the start of a wait. Without health checks and limits no
 * connection ever waits here.
 */
public final class Upstreams {
    private final Queue<Dial> waiting = new ArrayDeque<>();
    private List<UpstreamServer> servers = List.of();
    private UpstreamPoolSettings settings;
    private boolean closed;

    /** Start of the next search, so that servers with equally many connections take turns. */
    private int turn;

    /** Creates the servers of a listener. */
    public Upstreams(UpstreamPoolSettings settings) {
        this.settings = settings;
        change(settings);
    }

    /** Replaces the settings. Connections to servers that were removed stay open. */
    public synchronized void change(UpstreamPoolSettings next) {
        List<UpstreamServer> changed = new ArrayList<>();
        for (UpstreamSettings each : next.servers()) {
            UpstreamServer server = known(each);
            server.limit(each.limit());
            changed.add(server);
        }
        servers = List.copyOf(changed);
        settings = next;
        if (health() == null) {
            servers.forEach(UpstreamServer::assumeUp);
        }
        serveWaiting();
    }

    private UpstreamServer known(UpstreamSettings settings) {
        return servers.stream()
                .filter(server -> server.address().equals(settings.address()))
                .findFirst()
                .orElseGet(() -> new UpstreamServer(settings));
    }

    /**
     * Ends the checks and takes all servers to be up: no new connections arrive, and the existing ones find out by
     * themselves.
     */
    public synchronized void close() {
        closed = true;
        servers.forEach(UpstreamServer::assumeUp);
        serveWaiting();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Returns the servers that are due for a check: they have room, and no connection to them was made since the last
     * call.
     */
    synchronized List<UpstreamServer> takeDueForCheck() {
        return servers.stream().filter(UpstreamServer::takeDueForCheck).toList();
    }

    /** Returns how servers are checked; null if they are not. */
    synchronized @Nullable HealthSettings health() {
        return closed ? null : settings.health();
    }

    /** Returns the version of the PROXY header to send; null for none. */
    public synchronized @Nullable ProxyVersion sendProxy() {
        return settings.sendProxy();
    }

    /** Returns the longest time that an attempt may take. */
    synchronized Duration connectTimeout() {
        return settings.connectTimeout();
    }

    /** Returns the longest time that a connection waits for a server. */
    synchronized Duration upstreamWait() {
        return settings.upstreamWait();
    }

    /**
     * Takes a place on a server at which the connection has not failed before. If there is none, returns null, and the
     * connection waits if it may.
     */
    synchronized @Nullable UpstreamServer take(Dial dial) {
        UpstreamServer best = nextEligible(dial);
        if (best != null) {
            best.take();
        } else if (mayWait(dial)) {
            dial.startWaiting(health() != null);
            waiting.add(dial);
        }
        return best;
    }

    private @Nullable UpstreamServer nextEligible(Dial dial) {
        UpstreamServer best = null;
        turn = (turn + 1) % servers.size();
        for (int i = 0; i < servers.size(); i++) {
            UpstreamServer server = servers.get((turn + i) % servers.size());
            boolean eligible = server.isUp() && server.hasRoom() && !dial.hasFailedAt(server);
            if (eligible && (best == null || server.active() < best.active())) {
                best = server;
            }
        }
        return best;
    }

    /**
     * Returns whether a wait may succeed: with health checks any server may come up, without them a full one may get
     * room.
     */
    private boolean mayWait(Dial dial) {
        return !settings.upstreamWait().isZero()
                && (health() != null || servers.stream().anyMatch(server -> !dial.hasFailedAt(server)));
    }

    /** Ends the wait of a connection; returns false if it was given a place already. */
    synchronized boolean stopWaiting(Dial dial) {
        return waiting.remove(dial);
    }

    /** Gives a place on a server back. */
    synchronized void give(UpstreamServer server) {
        server.giveBack();
        serveWaiting();
    }

    /** Records that a client or a check has connected to a server. */
    void succeeded(UpstreamServer server) {
        boolean changed;
        synchronized (this) {
            changed = server.succeeded(health());
            serveWaiting();
        }
        if (changed) {
            server.reportState(true);
        }
    }

    /** Records that a client or a check could not connect to a server. */
    void failed(UpstreamServer server, Throwable reason) {
        boolean changed;
        synchronized (this) {
            changed = server.failed(health());
        }
        server.report(reason);
        if (changed) {
            server.reportState(false);
        }
    }

    /** Gives places to the waiting connections, in order. */
    private void serveWaiting() {
        while (!waiting.isEmpty()) {
            Dial first = waiting.element();
            UpstreamServer server = nextEligible(first);
            if (server == null) {
                return;
            }
            waiting.remove();
            server.take();
            first.assign(server);
        }
    }
}
