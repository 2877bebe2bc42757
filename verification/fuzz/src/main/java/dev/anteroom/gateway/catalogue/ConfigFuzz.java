package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.GatewaySettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Configuration files. A faulty one is answered with faults, a line each; host names are not looked up, by {@code
 * fuzz/run} and the test.
 */
public final class ConfigFuzz {
    private static final Path NAME = Path.of("fuzz.yaml");

    private ConfigFuzz() {}

    /**
     * One input.
     *
     * @param data the file
     */
    public static void fuzzerTestOneInput(byte[] data) {
        try {
            GatewaySettings settings =
                    ConfigFile.parse(NAME, new String(data, StandardCharsets.UTF_8), NoSource.INSTANCE);
            if (settings.gates().isEmpty() || settings.listeners().isEmpty()) {
                throw new AssertionError(settings);
            }
        } catch (ConfigException e) {
            List<String> lines = e.lines();
            if (lines.isEmpty() || lines.stream().anyMatch(line -> !line.matches("fuzz\\.yaml:\\d+:\\d+: .{10,}"))) {
                throw new AssertionError("not lines with a place and a reason: " + lines, e);
            }
        }
    }
}
