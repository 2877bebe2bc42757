/** A gateway as a node of a fleet, whose slots a Redis lends to its gateways. */
package dev.anteroom.gateway.fleet;
