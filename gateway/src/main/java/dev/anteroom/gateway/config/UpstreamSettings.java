package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;
import org.jspecify.annotations.Nullable;

/**
 * An upstream.
 *
 * @param address the address, which may have several servers behind its name
 * @param limit the most connections to all servers of the address at once, or null for as many as the gate admits
 */
public record UpstreamSettings(
        UpstreamAddress address, @Nullable Integer limit) {
    /**
     * Creates the settings of an upstream whose IP address is known.
     *
     * @param server the address of the server
     * @param limit the most connections at once, or null for as many as the gate admits
     */
    public UpstreamSettings(Endpoint server, @Nullable Integer limit) {
        this(UpstreamAddress.of(server.address()), limit);
    }

    /**
     * Parses {@code HOST:PORT} or {@code HOST:PORT=N}.
     *
     * @param text the text to parse
     * @return the server
     * @throws IllegalArgumentException if the text is malformed
     */
    public static UpstreamSettings parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            return new UpstreamSettings(UpstreamAddress.parse(text), null);
        }
        Integer limit = Ints.tryParse(text.substring(equals + 1));
        if (limit == null || limit < 1) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no limit; write a whole number of at least 1 after the \"=\"");
        }
        return new UpstreamSettings(UpstreamAddress.parse(text.substring(0, equals)), limit);
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        return limit == null ? address.toString() : address + "=" + limit;
    }
}
