package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;

/** Customizes each gate beyond its settings, for example by adding listeners. */
@FunctionalInterface
public interface GateCustomizer {
    /**
     * Called once for each gate, before it is built.
     *
     * @param name the gate's name
     * @param builder the builder, with all settings applied
     */
    void customize(String name, AdmissionGate.Builder builder);
}
