package dev.anteroom.gateway;

import dev.anteroom.gateway.config.ConfigException;
import dev.anteroom.gateway.config.ConfigFile;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Reads a running gateway's file again, and changes the gateway accordingly. Thread-safe. */
record ConfigReload(Path file, Gateway gateway) implements Supplier<List<String>> {
    /** Returns why nothing was changed, in lines; none if all was. */
    @Override
    public List<String> get() {
        try {
            return gateway.reload(ConfigFile.read(file)).stream()
                    .map(reason -> file + ": " + reason)
                    .toList();
        } catch (ConfigException e) {
            return e.lines();
        } catch (StartFailure e) {
            return List.of(file + ": " + e.getMessage());
        }
    }
}
