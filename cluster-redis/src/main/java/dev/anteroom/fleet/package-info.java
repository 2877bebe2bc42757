/**
 * One limit for the gates of a whole fleet: a {@link dev.anteroom.fleet.FleetLimit} for each gate, and a Redis that
 * lends them slots. docs/fleet.md states the promises when nodes, networks or the Redis fail.
 */
package dev.anteroom.fleet;
