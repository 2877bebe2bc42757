package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.protocol.BacklogHold;
import dev.anteroom.protocol.Listener;

/**
 * A gate of a gateway.
 *
 * @param name by which settings and operators call it
 * @param gate the gate
 * @param classes who is of which priority class
 * @param arrivals who is on the way to it
 * @param whenFull what becomes of newcomers when its waiting room is full
 */
public record NamedGate(String name, AdmissionGate gate, GateClasses classes, Arrivals arrivals, WhenFull whenFull) {
    /** A listener that brings connections to this gate, or the one to use in its place. */
    Listener before(Listener listener) {
        return whenFull == WhenFull.HOLD ? BacklogHold.hold(gate, listener) : listener;
    }
}
