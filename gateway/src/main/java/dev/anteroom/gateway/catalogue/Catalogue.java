package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.GatewaySettings;
import java.util.List;
import java.util.stream.Stream;

/** All settings of a gateway. Each scope declares its settings in a class of its own. */
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
     * Returns all settings.
     *
     * @return the settings of gates, listeners, upstreams, the process, logs and the fleet, in order of declaration
     */
    public static List<Setting<?, ?>> all() {
        return ALL;
    }

    /** Returns the settings at one place of a file. */
    static List<Setting<?, ?>> at(Scope.Place place) {
        return ALL.stream().filter(setting -> setting.place() == place).toList();
    }

    /** Returns the settings of listeners that may also be at the top of a file. */
    static List<Setting<?, ?>> sharedByListeners() {
        return ALL.stream().filter(Setting::isSharedByListeners).toList();
    }

    /** Returns the settings whose options may accompany a file. */
    static List<Setting<?, ?>> besideFile() {
        return ALL.stream().filter(Setting::isBesideFile).toList();
    }

    /**
     * Creates the settings of a gateway with one listener before one gate.
     *
     * @param gate the name of the gate
     * @param values the address, the upstreams, the limit, and every other value that differs from its default
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
