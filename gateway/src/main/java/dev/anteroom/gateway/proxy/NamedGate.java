package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.AdmissionGate;

/**
 * A gate of a gateway.
 *
 * @param name by which settings and operators call it
 * @param gate the gate
 */
public record NamedGate(String name, AdmissionGate gate) {}
