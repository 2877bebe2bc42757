package dev.anteroom.gateway.config;

import dev.anteroom.gateway.identity.ProxyVersion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The upstream servers of a listener.
 *
 * @param servers at least one server
 * @param connectTimeout the longest time that connecting to a server may take
 * @param sendProxy the version of the PROXY header that names the client to the servers, or null for none
 * @param health the health checks, or null to assume that every server is up
 * @param upstreamWait the longest time that an admitted connection waits for a server that is up and has room
 */
public record UpstreamPoolSettings(
        List<UpstreamSettings> servers,
        Duration connectTimeout,
        @Nullable ProxyVersion sendProxy,
        @Nullable HealthSettings health,
        Duration upstreamWait) {
    /** Copies the list. */
    public UpstreamPoolSettings {
        servers = List.copyOf(servers);
    }

    /**
     * Returns the time between two health checks.
     *
     * @return a positive time
     * @throws IllegalStateException if there are no health checks
     */
    public Duration healthInterval() {
        if (health == null) {
            throw new IllegalStateException("there are no health checks");
        }
        return health.interval();
    }
}
