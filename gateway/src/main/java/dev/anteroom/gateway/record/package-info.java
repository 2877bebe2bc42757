/** Records the connections of a gate in the format that the simulator reads. */
package dev.anteroom.gateway.record;
