package dev.anteroom.gateway.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What cannot change while a gateway runs. */
public final class FixedSettings {
    private final List<String> changes = new ArrayList<>();

    private FixedSettings() {}

    /**
     * Compares two settings of one gateway.
     *
     * @param now those that it runs with
     * @param next those that it should run with
     * @return a line for each difference that cannot be brought about; empty if all can
     */
    public static List<String> changes(GatewaySettings now, GatewaySettings next) {
        FixedSettings fixed = new FixedSettings();
        fixed.compare("transport", now.transport(), next.transport());
        fixed.compare("loops", now.loops(), next.loops());
        fixed.compare("whether a listener is \"inherited\"", now.inheritsSocket(), next.inheritsSocket());
        fixed.compare("drain-timeout", now.drainTimeout(), next.drainTimeout());
        fixed.compare("admin", now.admin(), next.admin());
        now.gates()
                .forEach(gate -> next.gates().stream()
                        .filter(other -> other.name().equals(gate.name()))
                        .forEach(other -> fixed.compare(gate, other)));
        now.listeners()
                .forEach(listener -> next.listeners().stream()
                        .filter(other -> other.address().equals(listener.address()))
                        .forEach(other -> fixed.compare(
                                "the gate of listener " + listener.address(), listener.gate(), other.gate())));
        return fixed.changes;
    }

    private void compare(GateSettings now, GateSettings next) {
        String of = " of gate " + now.name();
        compare("max-waiting" + of, now.maxWaiting(), next.maxWaiting());
        compare("when-full" + of, now.whenFull(), next.whenFull());
        compare("max-wait" + of, now.maxWait(), next.maxWait());
        compare("max-per-source" + of, now.maxPerSource(), next.maxPerSource());
    }

    private void compare(String name, @Nullable Object now, @Nullable Object next) {
        if (!Objects.equals(now, next)) {
            changes.add(name + " cannot change while the gateway runs (from " + now + " to " + next
                    + "); restart it for that, or leave it as it was");
        }
    }
}
