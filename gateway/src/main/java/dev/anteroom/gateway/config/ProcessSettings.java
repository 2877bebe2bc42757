package dev.anteroom.gateway.config;

import dev.anteroom.protocol.KeepAlive;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The running program.
 *
 * @param transport the name of what carries the connections, or null for the best there is
 * @param loops event loops, or null for one per processor
 * @param drainTimeout the longest that served connections may take to finish at the end
 * @param admin the address of the admin server, or null for none
 * @param adminTokenFile the file that holds its token, or null for none
 * @param keepAlive when silent peers are probed
 */
public record ProcessSettings(
        @Nullable String transport,
        @Nullable Integer loops,
        Duration drainTimeout,
        @Nullable Endpoint admin,
        @Nullable Path adminTokenFile,
        KeepAlive keepAlive) {}
