package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import java.net.SocketAddress;

/** Observes the gates of a gateway and the ends of its connections. */
@FunctionalInterface
public interface GatewayObserver {
    /**
     * Called once for each gate, before it is built, to add listeners or to change settings.
     *
     * @param gate the gate's name
     * @param builder the builder, with all settings applied
     */
    void customize(String gate, AdmissionGate.Builder builder);

    /**
     * Called when both sides of a served connection are closed. Called on its event loop, so it must not block.
     *
     * @param gate the name of the gate that admitted the connection
     * @param admission the connection's admission
     * @param service what was done for the connection
     */
    default void served(String gate, Admission admission, ServiceRecord service) {}

    /**
     * Called when a connection ends before it reaches its gate. Called on its event loop, so it must not block.
     *
     * @param gate the name of the connection's gate
     * @param source the source of the connection, as far as it is known
     * @param reason why the connection was dropped
     */
    default void dropped(String gate, SocketAddress source, DropReason reason) {}

    /**
     * Called when a gate has gone for good: the settings do not contain it, and it has no connections.
     *
     * @param gate the name of the gate, which a later gate may have
     */
    default void gone(String gate) {}
}
