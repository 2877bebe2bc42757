package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import java.net.SocketAddress;

/**
 * Observes each served connection once both its sides are closed, and each connection that was dropped before its gate.
 */
@FunctionalInterface
public interface ServedListener {
    /**
     * Called on the connection's event loop, so it must not block.
     *
     * @param gate the name of the gate that admitted the connection
     * @param admission the connection's admission
     * @param service what was done for the connection
     */
    void served(String gate, Admission admission, ServiceRecord service);

    /**
     * Called on the connection's event loop, so it must not block.
     *
     * @param gate the name of the connection's gate
     * @param source the source of the connection, as far as it is known
     * @param reason why the connection was dropped
     */
    default void dropped(String gate, SocketAddress source, DropReason reason) {}
}
