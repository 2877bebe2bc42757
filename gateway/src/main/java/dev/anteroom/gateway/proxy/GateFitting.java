package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;

/** Adds to a gate what its settings do not say: who watches it, for example. */
@FunctionalInterface
public interface GateFitting {
    /**
     * Called once for each gate, before it is built.
     *
     * @param name of the gate
     * @param builder with all that the settings say
     */
    void fit(String name, AdmissionGate.Builder builder);
}
