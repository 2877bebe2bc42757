/** A gateway as a node of a fleet: its slots are lent to it by a Redis. */
package dev.anteroom.gateway.fleet;
