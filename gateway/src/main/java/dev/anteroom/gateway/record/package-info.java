/** Writes what comes to a gate in the form that the simulator reads. */
package dev.anteroom.gateway.record;
