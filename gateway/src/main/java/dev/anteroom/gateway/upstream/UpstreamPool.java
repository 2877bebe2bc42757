package dev.anteroom.gateway.upstream;

import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.identity.ProxyVersion;
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

    private boolean open;

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
                    && upstreams.stream()
                            .flatMap(upstream -> upstream.servers().stream())
                            .anyMatch(one -> one.address().equals(server.address()));
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
        open = true;
    }

    /** Records that the listener is closed; the list of its servers remains. */
    void closed() {
        open = false;
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
        return open ? settings.health() : null;
    }

    private boolean mayUse(UpstreamServer server) {
        return health() == null || server.isUp();
    }

    private boolean isPlace(Upstream upstream, UpstreamServer server) {
        return mayUse(server) && upstream.hasRoom() && server.hasRoom();
    }

    /** Returns whether a server is up and has room. */
    boolean hasPlace() {
        return upstreams.stream()
                .anyMatch(upstream ->
                        upstream.servers().stream().anyMatch(server -> isPlace(upstream, registry.current(server))));
    }

    /** Returns the server for a connection that has not failed there before; null if there is none. */
    @Nullable
    UpstreamServer choose(Dial dial) {
        int count = 0;
        for (Upstream upstream : upstreams) {
            count += upstream.servers().size();
        }
        turn = turn < count - 1 ? turn + 1 : 0;
        UpstreamServer best = null;
        int bestOrder = 0;
        int order = count - turn;
        for (Upstream upstream : upstreams) {
            for (UpstreamServer listed : upstream.servers()) {
                UpstreamServer server = registry.current(listed);
                if (isPlace(upstream, server)
                        && !dial.hasFailedAt(server)
                        && (best == null || isBetter(server, order % count, best, bestOrder))) {
                    best = server;
                    bestOrder = order % count;
                }
                order++;
            }
        }
        return best;
    }

    private boolean isBetter(UpstreamServer server, int order, UpstreamServer than, int itsOrder) {
        long now = registry.now();
        boolean last = server.isLastChoice(now);
        if (last != than.isLastChoice(now)) {
            return !last;
        }
        return server.active() == than.active() ? order < itsOrder : server.active() < than.active();
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
                        || upstreams.stream()
                                .flatMap(upstream -> upstream.servers().stream())
                                .anyMatch(server -> !dial.hasFailedAt(registry.current(server))));
    }
}
