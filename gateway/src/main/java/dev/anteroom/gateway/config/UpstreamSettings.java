package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;
import org.jspecify.annotations.Nullable;

/**
 * One server that admitted connections are passed on to.
 *
 * @param address where it listens
 * @param limit how many connections it is sent at once, or null for as many as the gate admits
 */
public record UpstreamSettings(Endpoint address, @Nullable Integer limit) {
    /**
     * Reads {@code HOST:PORT} or {@code HOST:PORT=N}.
     *
     * @param text what a user wrote
     * @return what it says
     * @throws IllegalArgumentException if it is malformed, or no such host is known
     */
    public static UpstreamSettings parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new UpstreamSettings(Endpoint.parseRemote(text), null);
        }
        Integer limit = Ints.tryParse(text.substring(equals + 1));
        if (limit == null || limit < 1) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no limit; write a whole number of at least 1 after the \"=\"");
        }
        return new UpstreamSettings(Endpoint.parseRemote(text.substring(0, equals)), limit);
    }
}
