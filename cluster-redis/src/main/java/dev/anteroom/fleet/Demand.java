package dev.anteroom.fleet;

/**
 * The slots that a gate could use.
 *
 * @param served connections that hold a slot
 * @param waiting connections in its waiting room
 * @param need slots that would serve every connection that has arrived lately
 * @param classes the number of waiters in each priority class, as {@code 0:3,10:2}; {@code -} if the fleet ignores
 *     classes
 */
record Demand(int served, int waiting, int need, String classes) {}
