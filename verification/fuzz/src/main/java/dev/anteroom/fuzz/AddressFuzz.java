package dev.anteroom.fuzz;

import dev.anteroom.address.AddressRange;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.PriorityRule;
import java.util.regex.Pattern;

/** Addresses, address ranges, and rules about them. What is accepted must survive a round trip through its text.
 * A range must contain its first address. */
public final class AddressFuzz {
    private static final Pattern LITERAL =
            Pattern.compile("(\\d{1,2}\\.){3}\\d{1,2}:.*|\\[[0-9a-fA-F:]*:[0-9a-fA-F:]*].*");

    private AddressFuzz() {}

    /**
     * Parses one input.
     *
     * @param data the input, for each of the three parsers
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, AddressFuzz::parseRange);
        Verdict.on(data, PriorityRule::parse);
        Verdict.on(data, AddressFuzz::parseEndpoint);
    }

    private static void parseRange(String text) {
        AddressRange range = AddressRange.parse(text);
        if (!AddressRange.parse(range.toString()).equals(range)
                || !range.contains(range.first().toInetAddress())) {
            throw new AssertionError(range);
        }
    }

    /** Parses literal addresses only, because host names would be looked up. */
    private static void parseEndpoint(String text) {
        if (LITERAL.matcher(text).matches()) {
            Endpoint endpoint = Endpoint.parse(text);
            if (!Endpoint.parse(endpoint.toString()).equals(endpoint)) {
                throw new AssertionError(endpoint);
            }
        }
    }
}
