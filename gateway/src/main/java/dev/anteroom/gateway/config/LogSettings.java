package dev.anteroom.gateway.config;

import org.jspecify.annotations.Nullable;

/**
 * The logs of connections.
 *
 * @param accessLog the file of the access log, {@code -} for standard output, or null for none
 * @param record the file of the recording for the simulator, or null for none
 */
public record LogSettings(
        @Nullable String accessLog, @Nullable String record) {}
