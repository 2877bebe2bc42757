package dev.anteroom.gateway.upstream;

import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.identity.ProxyVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The upstreams of one listener. Each admitted connection gets the server with the fewest connections among those that
 * are up and have room, and keeps a place there until its upstream connection is closed in both directions. A server
 * that has just failed is the last choice. Thread-safe; the methods that are not public run under the lock of the
 * {@link Upstreams}.
 */
public final class UpstreamPool {
    private final Upstreams registry;
    private List<Upstream> upstreams = List.of();
    private volatile UpstreamPoolSettings settings;

    /** Start of the next search, so that servers with equally many connections take turns. */
    private int turn;

    UpstreamPool(Upstreams registry, UpstreamPoolSettings settings) {
        this.registry = registry;
        this.settings = settings;
    }

    /** Replaces the settings. Looks their names up, so it may block. Connections to removed servers stay open. */
    public void change(UpstreamPoolSettings next) {
        registry.change(this, next);
    }

    /**
     * Ends the checks and takes all servers to be up: no new connections arrive, and the existing ones find out by
     * themselves.
     */
    public void close() {
        registry.close(this);
    }

    /** Returns the version of the PROXY header to send; null for none. */
    public @Nullable ProxyVersion sendProxy() {
        return settings.sendProxy();
    }

    /**
     * Returns whether a connection would give its place to one that waits here.
     *
     * @param dial a dial of any listener
     * @return true if its server is one of this listener and is up
     */
    public boolean sharesServerOf(Dial dial) {
        synchronized (registry) {
            UpstreamServer server = dial.server();
            return server != null
                    && mayUse(server)
                    && servers().stream().anyMatch(one -> one.address().equals(server.address()));
        }
    }

    Upstreams registry() {
        return registry;
    }

    UpstreamPoolSettings settings() {
        return settings;
    }

    void assign(UpstreamPoolSettings next, List<Upstream> now) {
        settings = next;
        upstreams = now;
    }

    List<Upstream> upstreams() {
        return upstreams;
    }

    boolean names(UpstreamServer server) {
        return upstreams.stream().anyMatch(server.upstreams()::contains);
    }

    /** Returns how servers are checked; null if they are not. */
    @Nullable
    HealthSettings health() {
        return registry.isOpen(this) ? settings.health() : null;
    }

    private boolean mayUse(UpstreamServer server) {
        return health() == null || server.isUp();
    }

    private List<UpstreamServer> servers() {
        return upstreams.stream()
                .flatMap(upstream -> upstream.servers().stream())
                .map(registry::current)
                .toList();
    }

    /** Returns the servers that are up and have room. */
    private List<UpstreamServer> places() {
        List<UpstreamServer> places = new ArrayList<>();
        for (Upstream upstream : upstreams) {
            if (upstream.hasRoom()) {
                upstream.servers().stream()
                        .map(registry::current)
                        .filter(server -> mayUse(server) && server.hasRoom())
                        .forEach(places::add);
            }
        }
        return places;
    }

    boolean hasPlace() {
        return !places().isEmpty();
    }

    /** Returns the server for a connection that has not failed there before; null if there is none. */
    @Nullable
    UpstreamServer choose(Dial dial) {
        List<UpstreamServer> places = places();
        UpstreamServer best = null;
        turn = places.isEmpty() ? 0 : (turn + 1) % places.size();
        for (int i = 0; i < places.size(); i++) {
            UpstreamServer server = places.get((turn + i) % places.size());
            if (!dial.hasFailedAt(server) && (best == null || isBetter(server, best))) {
                best = server;
            }
        }
        return best;
    }

    private boolean isBetter(UpstreamServer server, UpstreamServer than) {
        boolean last = server.isLastChoice(registry.now());
        return last == than.isLastChoice(registry.now()) ? server.active() < than.active() : !last;
    }

    /**
     * Returns whether a wait may succeed: with health checks any server may come up, without them a full one may get
     * room, and a name without servers may become known.
     */
    boolean mayWait(Dial dial) {
        return !settings.upstreamWait().isZero()
                && (health() != null
                        || upstreams.stream()
                                .anyMatch(upstream -> upstream.servers().isEmpty())
                        || servers().stream().anyMatch(server -> !dial.hasFailedAt(server)));
    }
}
