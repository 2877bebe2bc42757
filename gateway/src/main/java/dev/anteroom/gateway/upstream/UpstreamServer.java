package dev.anteroom.gateway.upstream;

import dev.anteroom.address.IpAddress;
import dev.anteroom.gateway.config.HealthSettings;
import dev.anteroom.gateway.config.UpstreamPoolSettings;
import dev.anteroom.gateway.log.RateLimitedWarning;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A server: one IP address and port. It counts the connections of all listeners, and knows whether it is up. Guarded by
 * the {@link Upstreams}, except for the log.
 *
 * <p>Evidence counts by its origin and date. A connection of a client spares the next check; a check's own does not. A
 * failure of this machine is no evidence, and neither is an attempt that began before the last success.
 */
final class UpstreamServer {
    private static final Logger LOGGER = System.getLogger(UpstreamServer.class.getName());

    /** How long a server that has failed is the last choice. */
    private static final long LAST_CHOICE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final InetSocketAddress address;
    private final RateLimitedWarning failures = new RateLimitedWarning();

    /** The upstreams that this server belongs to; a server of none gets no new connections. */
    private final Set<Upstream> upstreams = new HashSet<>(2);

    private int active;
    private boolean up = true;

    /** The settings of the listener that decides how this server is checked; null if none checks it. */
    private @Nullable UpstreamPoolSettings checks;

    /** Whether a client has connected since the last call of {@link #takeDueForCheck}. */
    private boolean clientConnected;

    /** Consecutive results, of checks and of clients, that contradict {@link #up}. */
    private int contraryResults;

    private boolean everConnected;
    private long lastSuccess;
    private boolean failing;
    private long lastFailure;

    UpstreamServer(InetSocketAddress address) {
        this.address = address;
    }

    InetSocketAddress address() {
        return address;
    }

    Set<Upstream> upstreams() {
        return upstreams;
    }

    int active() {
        return active;
    }

    void take() {
        active++;
    }

    void giveBack() {
        active--;
    }

    /** Returns whether every upstream that this server belongs to may have one more connection. */
    boolean hasRoom() {
        for (Upstream upstream : upstreams) {
            if (!upstream.hasRoom()) {
                return false;
            }
        }
        return true;
    }

    boolean isUp() {
        return up;
    }

    /** Returns whether the last attempt failed a moment ago. */
    boolean isLastChoice(long now) {
        return failing && now - lastFailure < LAST_CHOICE_NANOS;
    }

    @Nullable
    UpstreamPoolSettings checks() {
        return checks;
    }

    /** Sets how this server is checked; without checks it counts as up. */
    void checks(@Nullable UpstreamPoolSettings settings) {
        checks = settings;
        if (settings == null) {
            up = true;
            contraryResults = 0;
        }
    }

    /** Returns whether the server is due for a check, and forgets the clients that have connected. */
    boolean takeDueForCheck() {
        boolean due = !clientConnected && hasRoom();
        clientConnected = false;
        return due;
    }

    /** Records a connection, of a client or a check. Returns whether the server has just come up. */
    boolean succeeded(boolean client, long now) {
        clientConnected |= client;
        everConnected = true;
        lastSuccess = now;
        failing = false;
        contraryResults = up ? 0 : contraryResults + 1;
        HealthSettings health = health();
        return health != null && !up && contraryResults >= health.rise() && changeState();
    }

    /** Records a failed attempt that began at a time. Returns whether the server has just gone down. */
    boolean failed(long begun, long now) {
        if (everConnected && begun - lastSuccess < 0) {
            return false;
        }
        failing = true;
        lastFailure = now;
        contraryResults = up ? contraryResults + 1 : 0;
        HealthSettings health = health();
        return health != null && up && contraryResults >= health.fall() && changeState();
    }

    private @Nullable HealthSettings health() {
        return checks == null ? null : checks.health();
    }

    private boolean changeState() {
        up = !up;
        contraryResults = 0;
        return true;
    }

    /** Logs that the server is up again, or down. Must not be called under a lock. */
    void reportState(boolean nowUp) {
        LOGGER.log(Level.WARNING, () -> "the upstream " + this + " is " + (nowUp ? "up" : "down"));
    }

    /** Logs a failed attempt. Must not be called under a lock. */
    void report(Throwable reason, boolean ofThisMachine) {
        String culprit =
                ofThisMachine ? "this machine cannot connect to the upstream " : "cannot connect to the upstream ";
        failures.log(() -> culprit + this + ": " + reason.getMessage());
    }

    @Override
    public String toString() {
        return IpAddress.format(address);
    }
}
