package dev.anteroom.gateway.config;

import dev.anteroom.protocol.KeepAlive;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the process.
 *
 * @param transport the name of the transport, or null for the best one available
 * @param loops the number of event loops, or null for one per processor
 * @param drainTimeout the longest time that served connections may take to finish at the end
 * @param admin the address of the admin server, or null for none
 * @param adminTokenFile the file that contains the token of the admin server, or null for none
 * @param keepAlive when to probe silent peers
 * @param resolveInterval the time between two lookups of the names of upstreams, or zero for none in the background
 */
public record ProcessSettings(
        @Nullable String transport,
        @Nullable Integer loops,
        Duration drainTimeout,
        @Nullable Endpoint admin,
        @Nullable Path adminTokenFile,
        KeepAlive keepAlive,
        Duration resolveInterval) {}
