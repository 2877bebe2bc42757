package dev.anteroom.gateway.upstream;

import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.log.RateLimitedWarning;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** An upstream server: its number of connections and whether it is up. Guarded by its {@link Upstreams}. */
final class UpstreamServer {
    private static final Logger LOGGER = System.getLogger(UpstreamServer.class.getName());

    private final Endpoint address;
    private final RateLimitedWarning failures = new RateLimitedWarning();
    private int limit;
    private int active;
    private boolean up = true;

    /** Whether a connection was made since the last call of {@link #takeDueForCheck}. */
    private boolean connected;

    /** Consecutive results, of checks and of connections, that contradict {@link #up}. */
    private int contraryResults;

    UpstreamServer(UpstreamSettings settings) {
        this.address = settings.address();
        limit(settings.limit());
    }

    Endpoint address() {
        return address;
    }

    int active() {
        return active;
    }

    boolean isUp() {
        return up;
    }

    boolean hasRoom() {
        return active < limit;
    }

    /** Returns whether the server is due for a check, and forgets the connections made so far. */
    boolean takeDueForCheck() {
        boolean due = !connected && hasRoom();
        connected = false;
        return due;
    }

    void limit(@Nullable Integer limit) {
        this.limit = limit == null ? Integer.MAX_VALUE : limit;
    }

    void take() {
        active++;
    }

    void giveBack() {
        active--;
    }

    /** Records a successful connection. Returns whether the server has just come up. */
    boolean succeeded(@Nullable HealthSettings health) {
        connected = true;
        contraryResults = up ? 0 : contraryResults + 1;
        return health != null && contraryResults >= health.rise() && changeState(true);
    }

    /** Records a failed connection. Returns whether the server has just gone down. */
    boolean failed(@Nullable HealthSettings health) {
        contraryResults = up ? contraryResults + 1 : 0;
        return health != null && contraryResults >= health.fall() && changeState(false);
    }

    /** Logs that the server is up again, or down. Must not be called under a lock. */
    void reportState(boolean nowUp) {
        LOGGER.log(Level.WARNING, () -> "the upstream " + address + " is " + (nowUp ? "up" : "down"));
    }

    /** Logs a failed connection. Must not be called under a lock. */
    void report(Throwable reason) {
        failures.log(() -> "cannot connect to the upstream " + address + ": " + reason.getMessage());
    }

    /** Marks the server as up, for when there are no health checks. */
    void assumeUp() {
        up = true;
        contraryResults = 0;
    }

    private boolean changeState(boolean nowUp) {
        boolean changed = up != nowUp;
        up = nowUp;
        contraryResults = 0;
        return changed;
    }
}
