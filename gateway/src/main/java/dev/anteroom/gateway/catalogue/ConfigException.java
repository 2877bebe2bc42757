package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.RedisAddress;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** Signals that a configuration file cannot be used. */
public final class ConfigException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> lines;

    ConfigException(Path file, List<ConfigFault> faults) {
        this(faults.stream()
                .sorted(Comparator.comparingInt(ConfigFault::line).thenComparingInt(ConfigFault::column))
                .map(fault -> file + ":" + fault.line() + ":" + fault.column() + ": " + oneLine(fault.message()))
                .toList());
    }

    ConfigException(Path file, String message) {
        this(List.of(file + ": " + message));
    }

    private ConfigException(List<String> lines) {
        super(String.join("; ", lines));
        this.lines = lines;
    }

    /** Replaces line breaks and secrets of URIs, which a quoted value may contain. */
    private static String oneLine(String message) {
        return RedisAddress.hideSecrets(message.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " "));
    }

    /**
     * Returns all faults.
     *
     * @return a line for each fault, such as {@code anteroom.yaml:3:10: limit: must be ...}
     */
    public List<String> lines() {
        return lines;
    }
}
