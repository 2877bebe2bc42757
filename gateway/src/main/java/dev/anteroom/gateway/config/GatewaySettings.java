package dev.anteroom.gateway.config;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a gateway is to do.
 *
 * @param gates at least one
 * @param listeners at least one, each before one of the gates
 * @param transport the name of what carries the connections, or null for the best there is
 * @param loops event loops, or null for one per processor
 * @param drainTimeout how long the served may take to finish at the end
 * @param admin where the gateway can be watched and changed, or null for nowhere
 */
public record GatewaySettings(
        List<GateSettings> gates,
        List<ListenerSettings> listeners,
        @Nullable String transport,
        @Nullable Integer loops,
        Duration drainTimeout,
        @Nullable Endpoint admin) {
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
     * The same, with what the files of classes say now.
     *
     * @return settings that may differ in their classes
     * @throws IllegalArgumentException if one cannot be read; the message is a line
     */
    public GatewaySettings reread() {
        return new GatewaySettings(
                gates.stream().map(GateSettings::reread).toList(), listeners, transport, loops, drainTimeout, admin);
    }
}
