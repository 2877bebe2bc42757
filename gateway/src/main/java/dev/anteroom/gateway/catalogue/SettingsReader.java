package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.ListenAddress;
import dev.anteroom.gateway.config.NameLookup;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads all settings of a gateway from a file or a command line, and records conflicts between them. */
public final class SettingsReader {
    private final Section top;
    private final Map<String, Section> gates = new LinkedHashMap<>();
    private final List<Section> listeners;

    private SettingsReader(Source top, Map<String, ? extends Source> gates, List<? extends Source> listeners) {
        this.top = Section.read(top, Catalogue.at(Scope.Place.TOP));
        gates.forEach((name, gate) -> this.gates.put(name, Section.read(gate, Catalogue.at(Scope.Place.GATE))));
        this.listeners = listeners.stream()
                .map(each -> Section.read(each, Catalogue.at(Scope.Place.LISTENER)))
                .toList();
    }

    /**
     * Reads a file.
     *
     * @param gatesAreKnown whether {@code gates} contains all gates
     * @param beside settings that override those at the top of the file
     * @param names looks up the names of upstreams
     */
    static SettingsReader ofFile(
            Source top,
            Map<String, ? extends Source> gates,
            boolean gatesAreKnown,
            List<? extends Source> listeners,
            Source beside,
            NameLookup names) {
        SettingsReader reader = new SettingsReader(top, gates, listeners);
        Section shared = Section.read(top, Catalogue.sharedByListeners());
        reader.listeners.forEach(listener -> listener.addMissing(shared, Catalogue.sharedByListeners()));
        reader.top.replace(Section.read(beside, Catalogue.besideFile()), Catalogue.besideFile());
        reader.check(names);
        if (gatesAreKnown) {
            reader.listeners.forEach(reader::checkGate);
        }
        return reader;
    }

    /**
     * Reads a command line, which has one listener and one gate.
     *
     * @param options the options, which record all faults
     * @param gate the name of the gate
     * @return a reader, whose settings are available if there are no faults
     */
    public static SettingsReader ofOptions(Source options, String gate) {
        SettingsReader reader = new SettingsReader(options, Map.of(gate, options), List.of(options));
        reader.check(NameLookup.SYSTEM);
        return reader;
    }

    private void check(NameLookup names) {
        FleetCatalogue.check(top);
        checkLimits();
        gates.values().forEach(GateCatalogue::check);
        listeners.forEach(UpstreamCatalogue::check);
        listeners.forEach(new UpstreamFaults(names)::check);
        Set<ListenAddress> addresses = new HashSet<>();
        for (Section listener : listeners) {
            ListenAddress address = listener.given(ListenerCatalogue.LISTEN);
            if (address != null && !addresses.add(address)) {
                listener.fault(ListenerCatalogue.LISTEN, "\"" + address + "\" is listened on twice");
            }
        }
    }

    private void checkGate(Section listener) {
        String gate = listener.given(ListenerCatalogue.GATE);
        if (gate != null && !gates.containsKey(gate)) {
            String known = String.join(", ", gates.keySet());
            listener.fault(ListenerCatalogue.GATE, "there is no gate \"" + gate + "\"; known are: " + known);
        }
    }

    /** Checks that a fleet lends the limit of exactly one gate, and that every other gate has one. */
    private void checkLimits() {
        List<Section> without = gates.values().stream()
                .filter(gate -> !gate.isGiven(GateCatalogue.LIMIT))
                .toList();
        if (!top.isGiven(FleetCatalogue.FLEET)) {
            without.forEach(gate -> gate.missing(GateCatalogue.LIMIT));
        } else if (without.isEmpty()) {
            gates.values().stream()
                    .limit(1)
                    .forEach(gate -> gate.fault(
                            GateCatalogue.LIMIT,
                            "cannot be combined with " + top.name(FleetCatalogue.FLEET)
                                    + ", which lends it; leave it out, and set "
                                    + top.name(FleetCatalogue.FLEET_LIMIT)));
        } else {
            without.stream()
                    .skip(1)
                    .forEach(gate ->
                            gate.fault(GateCatalogue.LIMIT, "is missing; a fleet lends the limit of one gate only"));
        }
    }

    /**
     * Returns the settings.
     *
     * @return all settings
     * @throws IllegalStateException if there is a fault
     */
    public GatewaySettings settings() {
        return new GatewaySettings(
                gates.entrySet().stream()
                        .map(gate -> GateCatalogue.settings(
                                gate.getKey(), gate.getValue().values()))
                        .toList(),
                listeners.stream()
                        .map(listener -> ListenerCatalogue.settings(listener.values()))
                        .toList(),
                ProcessCatalogue.settings(top.values()),
                LogCatalogue.settings(top.values()),
                FleetCatalogue.settings(top.values()));
    }
}
