package dev.anteroom.fleet;

/**
 * What a node brings to its fleet and does not change.
 *
 * @param limit the fleet's, if nobody has set it yet
 * @param weight its share of what is scarce
 * @param fallback slots that are never lent to others
 * @param leaseMillis how long a lease lasts, the same for the whole fleet
 * @param cutMillis how long after its lease has ended it will have cut off whom it serves beyond its fallback; -1 if it will not
 */
record NodeTerms(int limit, int weight, int fallback, long leaseMillis, long cutMillis) {}
