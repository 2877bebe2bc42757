/**
 * A discrete-event simulator, to choose a policy by. {@link dev.anteroom.simulator.SimulateCommand} is its command
 * line.
 *
 * <p>Nothing of the gate is modelled: the clients of a synthetic or recorded load come to a real {@code
 * AdmissionGate}, whose clock is the simulator's list of events. Every policy is shown the same clients.
 */
package dev.anteroom.simulator;
