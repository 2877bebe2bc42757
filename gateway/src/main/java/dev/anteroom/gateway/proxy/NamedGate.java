package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.protocol.PausingListener;
import dev.anteroom.protocol.Listener;

/**
 * A gate of a gateway.
 *
 * @param name the name in settings and for operators
 * @param gate the gate
 * @param classes the priority class of each client
 * @param arrivals the connections that have not reached the gate yet
 * @param whenFull what happens to new connections when the waiting room is full
 */
public record NamedGate(String name, AdmissionGate gate, GateClasses classes, Arrivals arrivals, WhenFull whenFull) {
    /** Returns the listener to use in place of one that brings connections to this gate; it may be the same one. */
    Listener before(Listener listener) {
        return whenFull == WhenFull.HOLD ? PausingListener.pauseWhenFull(gate, listener) : listener;
    }
}
