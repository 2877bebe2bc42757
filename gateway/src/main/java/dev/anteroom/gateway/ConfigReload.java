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
 * Reads a running gateway's file again, or those of its classes if it has no file, and changes the gateway
 * accordingly. Thread-safe.
 *
 * @param options of the gateway, which may name a file
 * @param started what it was started with
 */
record ConfigReload(GatewayOptions options, GatewaySettings started, Gateway gateway)
        implements Supplier<List<String>> {
    /** Returns why nothing was changed, in lines; none if all was. */
    @Override
    public List<String> get() {
        Path file = options.config();
        String name = file == null ? "" : file + ": ";
        try {
            GatewaySettings next = file == null ? started.reread() : ConfigFile.read(file, options);
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
