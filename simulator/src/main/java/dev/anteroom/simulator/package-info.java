/**
 * A discrete-event simulator for choosing a policy. {@link dev.anteroom.simulator.SimulateCommand} is its command line.
 *
 * <p>The gate is not modelled: the clients of a synthetic or recorded load arrive at a real {@code AdmissionGate},
 * whose clock is the simulator's queue of events. Every policy gets the same clients.
 */
package dev.anteroom.simulator;
