package dev.anteroom.gateway;

import dev.anteroom.gateway.catalogue.ConfigException;
import dev.anteroom.gateway.catalogue.ConfigFile;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * Reloads a running gateway's file, or the files of its classes if it has no configuration file, and changes the
 * gateway accordingly. Thread-safe.
 *
 * @param options the options of the gateway, which may name a file
 * @param started the settings that the gateway was started with
 */
record ConfigReload(GatewayOptions options, GatewaySettings started, Gateway gateway)
        implements Supplier<List<String>> {
    /** Reloads. Returns a line for each reason why nothing was changed; empty if the reload succeeded. */
    @Override
    public List<String> get() {
        Path file = options.config();
        String name = file == null ? "" : file + ": ";
        try {
            GatewaySettings next = file == null ? started.reread() : ConfigFile.read(file, options, gateway.names());
            return gateway.reload(next).stream().map(reason -> name + reason).toList();
        } catch (ConfigException e) {
            return e.lines();
        } catch (StartFailure e) {
            return List.of(String.valueOf(e.from(file).getMessage()));
        } catch (IllegalArgumentException e) {
            return List.of("--class: " + e.getMessage());
        }
    }
}
