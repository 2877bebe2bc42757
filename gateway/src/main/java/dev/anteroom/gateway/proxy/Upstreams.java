package dev.anteroom.gateway.proxy;

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
 * The servers behind a listener: each admitted connection gets the one with the least connections among those that are up and
 * have room, and keeps a place there until its upstream connection is closed both ways. Thread-safe.
 *
 * <p><b>The held.</b> A connection that finds all full, or known to be down, is held, in the order of admission and with
 * its slot: it takes the next place that is given back, or comes up. So waiters in the gate's room keep their places
 * and their policy's order for as long as all upstreams are down. Places are handed over under the lock, so that no wake-up is
 * lost between a search and a hold. Unless there are health checks or limits nobody is ever held.
 */
final class Upstreams {
    private final Queue<Dial> held = new ArrayDeque<>();
    private List<UpstreamServer> servers = List.of();
    private UpstreamPoolSettings settings;
    private boolean closed;

    /** Where the next search begins, so that servers with equally many connections take turns. */
    private int turn;

    Upstreams(UpstreamPoolSettings settings) {
        this.settings = settings;
        change(settings);
    }

    /** Does as the settings say from now on. Connections to servers that are not among them any more are left alone. */
    synchronized void change(UpstreamPoolSettings next) {
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
        serveHeld();
    }

    private UpstreamServer known(UpstreamSettings settings) {
        return servers.stream()
                .filter(server -> server.address().equals(settings.address()))
                .findFirst()
                .orElseGet(() -> new UpstreamServer(settings));
    }

    /** Ends the checks: no more connections come, and those that there are find out by themselves who is up. */
    synchronized void close() {
        closed = true;
        servers.forEach(UpstreamServer::assumeUp);
        serveHeld();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** The servers of which it is not known whether they are up: they have room, and no connection to them was made lately. */
    synchronized List<UpstreamServer> unproven() {
        return servers.stream().filter(UpstreamServer::isUnproven).toList();
    }

    /** How the state of servers is checked; null if it is not. */
    synchronized @Nullable HealthSettings health() {
        return closed ? null : settings.health();
    }

    /** How these are told of their clients; null if they are not. */
    synchronized @Nullable ProxyVersion sendProxy() {
        return settings.sendProxy();
    }

    /** How long an attempt may take. */
    synchronized Duration connectTimeout() {
        return settings.connectTimeout();
    }

    /** How long one is held at most. */
    synchronized Duration patience() {
        return settings.upstreamWait();
    }

    /** Finds a place on a server that has not failed the connection before; null if there is none, and it may be held. */
    synchronized @Nullable UpstreamServer take(Dial dial) {
        UpstreamServer best = leastLoaded(dial);
        if (best != null) {
            best.take();
        } else if (mayHold(dial)) {
            dial.hold(health() != null);
            held.add(dial);
        }
        return best;
    }

    private @Nullable UpstreamServer leastLoaded(Dial dial) {
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

    /** With health checks any server may be up in a moment; without, one that is full may have room again. */
    private boolean mayHold(Dial dial) {
        return !settings.upstreamWait().isZero()
                && (health() != null || servers.stream().anyMatch(server -> !dial.hasFailedAt(server)));
    }

    /** A connection is held no longer; false if it was given a place already. */
    synchronized boolean forget(Dial dial) {
        return held.remove(dial);
    }

    /** A place on a server is free again. */
    synchronized void give(UpstreamServer server) {
        server.give();
        serveHeld();
    }

    /** A connection to a server was made, whoever made it. */
    void succeeded(UpstreamServer server) {
        boolean turned;
        synchronized (this) {
            turned = server.succeeded(health());
            serveHeld();
        }
        if (turned) {
            server.outages().turned(true);
        }
    }

    /** A connection to a server could not be made, whoever tried. */
    void failed(UpstreamServer server, Throwable reason) {
        boolean turned;
        synchronized (this) {
            turned = server.failed(health());
        }
        server.outages().report(reason);
        if (turned) {
            server.outages().turned(false);
        }
    }

    /** Gives places to the held, the first first. */
    private void serveHeld() {
        while (!held.isEmpty()) {
            Dial first = held.element();
            UpstreamServer server = leastLoaded(first);
            if (server == null) {
                return;
            }
            held.remove();
            server.take();
            first.offer(server);
        }
    }
}
