package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;
import org.jspecify.annotations.Nullable;

/**
 * An upstream server.
 *
 * @param address the address of the server
 * @param limit the most connections to the server at once, or null for as many as the gate admits
 */
public record UpstreamSettings(Endpoint address, @Nullable Integer limit) {
    /**
     * Parses {@code HOST:PORT} or {@code HOST:PORT=N}.
     *
     * @param text the text to parse
     * @return the server
     * @throws IllegalArgumentException if the text is malformed or the host is unknown
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
