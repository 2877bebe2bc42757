package dev.anteroom.fleet;

/**
 * The constant settings of a node.
 *
 * @param limit the fleet's limit, if the fleet is new
 * @param weight the weight by which scarce slots are shared
 * @param fallback slots that are never lent to other nodes
 * @param leaseMillis the length of a lease, the same for the whole fleet
 * @param cutMillis the time after the end of its lease by which the node resets its connections beyond the fallback; -1
 *     if it does not
 */
record NodeTerms(int limit, int weight, int fallback, long leaseMillis, long cutMillis) {}
