package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;
import java.net.SocketAddress;

/** Hears of each connection that was served, once both its sides are gone; and of those that never came to a gate. */
@FunctionalInterface
public interface ServedListener {
    /**
     * Called on the connection's event loop, so it must not block.
     *
     * @param gate the name of the gate that admitted it
     * @param admission its admission
     * @param service what was done for it
     */
    void served(String gate, Admission admission, Service service);

    /**
     * Called on the connection's event loop, so it must not block.
     *
     * @param gate the name of the gate to which it was on its way
     * @param source where it comes from, as far as is known
     * @param why it never came there
     */
    default void dropped(String gate, SocketAddress source, Drop why) {}
}
