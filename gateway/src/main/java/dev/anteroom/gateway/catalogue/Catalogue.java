package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.GatewaySettings;
import java.util.List;
import java.util.stream.Stream;

/** All settings. Each scope has a class of its own, which declares them. */
public final class Catalogue {
    private static final List<Setting<?, ?>> ALL = of(
            GateCatalogue.SCOPE,
            ListenerCatalogue.SCOPE,
            UpstreamCatalogue.SCOPE,
            ProcessCatalogue.SCOPE,
            LogCatalogue.SCOPE,
            FleetCatalogue.SCOPE);

    private Catalogue() {}

    private static List<Setting<?, ?>> of(Scope<?>... scopes) {
        return Stream.of(scopes)
                .<Setting<?, ?>>flatMap(scope -> scope.settings().stream())
                .toList();
    }

    /**
     * All settings.
     *
     * @return those of gates, listeners, upstreams, the process, logs and the fleet, as they are declared
     */
    public static List<Setting<?, ?>> all() {
        return ALL;
    }

    /** The settings that stand at one place of a file. */
    static List<Setting<?, ?>> at(Scope.Place place) {
        return ALL.stream().filter(setting -> setting.place() == place).toList();
    }

    /** The settings of listeners that may stand at the top of a file as well. */
    static List<Setting<?, ?>> sharedByListeners() {
        return ALL.stream().filter(Setting::isSharedByListeners).toList();
    }

    /** The settings whose options may stand beside a file. */
    static List<Setting<?, ?>> besideFile() {
        return ALL.stream().filter(Setting::isBesideFile).toList();
    }

    /**
     * Makes the settings of a gateway with one listener before one gate.
     *
     * @param gate the name of the gate
     * @param values the address, the upstreams, the limit, and what else differs from the defaults
     * @return the settings
     */
    public static GatewaySettings settings(String gate, Values values) {
        return new GatewaySettings(
                List.of(GateCatalogue.settings(gate, values)),
                List.of(ListenerCatalogue.settings(values.with(ListenerCatalogue.GATE, gate))),
                ProcessCatalogue.settings(values),
                LogCatalogue.settings(values),
                FleetCatalogue.settings(values));
    }
}
