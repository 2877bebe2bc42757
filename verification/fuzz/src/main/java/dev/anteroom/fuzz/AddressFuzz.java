package dev.anteroom.fuzz;

import dev.anteroom.gateway.config.AddressRange;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.PriorityRule;
import java.util.regex.Pattern;

/** Addresses, ranges of them, and rules about them. An address that is accepted reads the same when it is written again. */
public final class AddressFuzz {
    private static final Pattern LITERAL =
            Pattern.compile("(\\d{1,2}\\.){3}\\d{1,2}:.*|\\[[0-9a-fA-F:]*:[0-9a-fA-F:]*].*");

    private AddressFuzz() {}

    /**
     * One input.
     *
     * @param data tried as each of the three
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, AddressRange::parse);
        Verdict.on(data, PriorityRule::parse);
        Verdict.on(data, AddressFuzz::parseEndpoint);
    }

    /** Names are left out: each would be looked up. */
    private static void parseEndpoint(String text) {
        if (LITERAL.matcher(text).matches()) {
            Endpoint endpoint = Endpoint.parse(text);
            if (!Endpoint.parse(endpoint.toString()).equals(endpoint)) {
                throw new AssertionError(endpoint);
            }
        }
    }
}
