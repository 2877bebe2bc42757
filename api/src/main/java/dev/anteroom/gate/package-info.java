/**
 * The admission gate: a limit, a waiting room, and the order in which waiters are admitted.
 *
 * <p>{@link dev.anteroom.gate.AdmissionGate} is the entry point, and {@link dev.anteroom.gate.Admission} is the passage
 * of one connection through it. Implement {@link dev.anteroom.gate.SchedulingPolicy} for an order of your own.
 */
package dev.anteroom.gate;
