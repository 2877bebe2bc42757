package dev.anteroom.fleet;

/**
 * What a gate could do with.
 *
 * @param served connections that hold a slot
 * @param waiting connections in its waiting room
 * @param need slots that would serve all who came lately
 * @param classes how many wait of each priority class, as {@code 0:3,10:2}; {@code -} if that does not matter
 */
record Demand(int served, int waiting, int need, String classes) {}
