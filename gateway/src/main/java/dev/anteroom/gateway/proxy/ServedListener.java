package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.Admission;

/** Hears of each connection that was served, once both its sides are gone. */
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
}
