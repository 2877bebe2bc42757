package dev.anteroom.gateway.config;

import dev.anteroom.gateway.identity.ProxyVersion;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The servers behind a listener.
 *
 * @param servers at least one
 * @param connectTimeout the longest that it may take to connect to one of them
 * @param sendProxy the version of the PROXY header that names the client to them, or null for none
 * @param health how their state is checked, or null to take them to be up
 * @param upstreamWait the longest that an admitted connection waits for one of them to be up and have room
 */
public record UpstreamPoolSettings(
        List<UpstreamSettings> servers,
        Duration connectTimeout,
        @Nullable ProxyVersion sendProxy,
        @Nullable HealthSettings health,
        Duration upstreamWait) {
    /** Keeps a copy of the list. */
    public UpstreamPoolSettings {
        servers = List.copyOf(servers);
    }
}
