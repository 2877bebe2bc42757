/**
 * The admission gate: a limit, a waiting room, and the order in which the room is left.
 *
 * <p>{@link dev.anteroom.gate.AdmissionGate} is the entry; {@link dev.anteroom.gate.Admission} one connection's passage
 * through it; {@link dev.anteroom.gate.SchedulingPolicy} what to implement for an order of one's own.
 */
package dev.anteroom.gate;
