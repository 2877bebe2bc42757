package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.GatewaySettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Configuration files. A faulty file must be rejected with one line per fault. {@code verification/fuzz/run} and the
 * test disable the lookup of host names.
 */
public final class ConfigFuzz {
    private static final Path NAME = Path.of("fuzz.yaml");

    private ConfigFuzz() {}

    /**
     * Parses one input.
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
                throw new AssertionError("a line has no position or no reason: " + lines, e);
            }
        }
    }
}
