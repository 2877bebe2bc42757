package dev.anteroom.gateway.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a gateway is to do.
 *
 * @param gates at least one
 * @param listeners at least one, each before one of the gates
 * @param process the running program
 * @param logs what is written about connections
 * @param fleet the fleet that lends the limit of one gate, or null for none
 */
public record GatewaySettings(
        List<GateSettings> gates,
        List<ListenerSettings> listeners,
        ProcessSettings process,
        LogSettings logs,
        @Nullable FleetSettings fleet) {
    /** Keeps copies of the lists. */
    public GatewaySettings {
        gates = List.copyOf(gates);
        listeners = List.copyOf(listeners);
    }

    /**
     * Whether a listener accepts from the socket that is standard input.
     *
     * @return true if one does
     */
    public boolean inheritsSocket() {
        return listeners.stream().anyMatch(each -> each.address() instanceof ListenAddress.Inherited);
    }

    /**
     * The same, with the present content of the files of classes.
     *
     * @return settings that may differ in their classes
     * @throws IllegalArgumentException if one cannot be read; the message is a line
     */
    public GatewaySettings reread() {
        return new GatewaySettings(gates.stream().map(GateSettings::reread).toList(), listeners, process, logs, fleet);
    }
}
