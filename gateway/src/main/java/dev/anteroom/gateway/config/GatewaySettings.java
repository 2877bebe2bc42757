package dev.anteroom.gateway.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All settings of a gateway.
 *
 * @param gates at least one gate
 * @param listeners at least one listener, each before one of the gates
 * @param process the settings of the process
 * @param logs the settings of the logs
 * @param fleet the fleet that lends the limit of one gate, or null for none
 */
public record GatewaySettings(
        List<GateSettings> gates,
        List<ListenerSettings> listeners,
        ProcessSettings process,
        LogSettings logs,
        @Nullable FleetSettings fleet) {
    /** Copies the lists. */
    public GatewaySettings {
        gates = List.copyOf(gates);
        listeners = List.copyOf(listeners);
    }

    /**
     * Returns these settings with other gates.
     *
     * @param others the gates
     * @return a copy
     */
    public GatewaySettings withGates(List<GateSettings> others) {
        return new GatewaySettings(others, listeners, process, logs, fleet);
    }

    /**
     * Returns whether a listener accepts from the socket that is standard input.
     *
     * @return true if one does
     */
    public boolean inheritsSocket() {
        return listeners.stream().anyMatch(each -> each.address() instanceof ListenAddress.Inherited);
    }

    /**
     * Returns these settings with the current content of the files of classes.
     *
     * @return settings that may differ in their classes
     * @throws IllegalArgumentException if a file cannot be read; the message is one line
     */
    public GatewaySettings reread() {
        return new GatewaySettings(gates.stream().map(GateSettings::reread).toList(), listeners, process, logs, fleet);
    }
}
