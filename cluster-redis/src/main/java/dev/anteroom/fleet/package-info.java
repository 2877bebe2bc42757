/**
 * One limit for the gates of a whole fleet: {@link dev.anteroom.fleet.FleetLimit} for each gate, and a Redis that lends them slots.
 * What is promised when nodes, networks or the Redis fail: docs/fleet.md.
 */
package dev.anteroom.fleet;
