package dev.anteroom.gateway.admin;

import dev.anteroom.fuzz.Verdict;
import java.nio.charset.StandardCharsets;

/** Bodies of PATCH requests to the admin endpoint. */
public final class AdminBodyFuzz {
    private AdminBodyFuzz() {}

    /**
     * Parses one input.
     *
     * @param data the body
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, text -> GateChange.parse(text.getBytes(StandardCharsets.UTF_8)));
        Verdict.on(data, text -> GateChange.parse(data));
        Verdict.on(data, text -> FleetChange.parse(data));
    }
}
