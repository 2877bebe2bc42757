package dev.anteroom.gateway.catalogue;

import dev.anteroom.gateway.config.FleetSettings;
import dev.anteroom.gateway.config.GateSettings;
import dev.anteroom.gateway.config.GatewaySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Compares the settings that cannot change while a gateway runs: those that are not live, and which sockets are
 * inherited and which gate a fleet lends slots to.
 */
public final class FixedSettings {
    private final List<String> changes = new ArrayList<>();

    private FixedSettings() {}

    /**
     * Compares the settings of a running gateway with new ones.
     *
     * @param now the current settings
     * @param next the new settings
     * @return a line for each change that is not possible; empty if all are
     */
    public static List<String> changes(GatewaySettings now, GatewaySettings next) {
        FixedSettings fixed = new FixedSettings();
        fixed.compare(ProcessCatalogue.SCOPE, now.process(), next.process(), "");
        fixed.compare(LogCatalogue.SCOPE, now.logs(), next.logs(), "");
        fixed.compare("whether a listener is \"inherited\"", now.inheritsSocket(), next.inheritsSocket());
        fixed.compareFleets(now, next);
        now.gates()
                .forEach(gate -> next.gates().stream()
                        .filter(other -> other.name().equals(gate.name()))
                        .forEach(other -> fixed.changes.addAll(changes(gate, other))));
        now.listeners()
                .forEach(listener -> next.listeners().stream()
                        .filter(other -> other.address().equals(listener.address()))
                        .forEach(other -> fixed.compare(
                                ListenerCatalogue.SCOPE, listener, other, " of listener " + listener.address())));
        return fixed.changes;
    }

    /**
     * Compares the settings of a gate with new ones of the same name.
     *
     * @param now the current settings
     * @param next the new settings
     * @return a line for each change that is not possible; empty if all are
     */
    public static List<String> changes(GateSettings now, GateSettings next) {
        FixedSettings fixed = new FixedSettings();
        fixed.compare(GateCatalogue.SCOPE, now, next, " of gate " + now.name());
        return fixed.changes;
    }

    private void compareFleets(GatewaySettings now, GatewaySettings next) {
        FleetSettings nowFleet = now.fleet();
        FleetSettings nextFleet = next.fleet();
        if (nowFleet != null && nextFleet != null) {
            compare(FleetCatalogue.SCOPE, nowFleet, nextFleet, "");
            compare("the gate whose limit the fleet lends", lent(now), lent(next));
        } else {
            compare("whether there is a fleet", nowFleet != null, nextFleet != null);
        }
    }

    private static List<String> lent(GatewaySettings settings) {
        return settings.gates().stream()
                .filter(gate -> gate.limit() == null)
                .map(GateSettings::name)
                .toList();
    }

    private <S> void compare(Scope<S> scope, S now, S next, String owner) {
        scope.settings().stream()
                .filter(setting -> !setting.isLive())
                .forEach(setting -> compare(setting, now, next, owner));
    }

    private <S, T> void compare(Setting<S, T> setting, S now, S next, String owner) {
        compare(setting.name() + owner, setting.print(setting.in(now)), setting.print(setting.in(next)));
    }

    private void compare(String name, @Nullable Object now, @Nullable Object next) {
        if (!Objects.equals(now, next)) {
            changes.add(name + " cannot change while the gateway runs (from " + now + " to " + next
                    + "); restart the gateway to change it");
        }
    }
}
