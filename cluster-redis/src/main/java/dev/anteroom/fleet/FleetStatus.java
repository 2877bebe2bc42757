package dev.anteroom.fleet;

/**
 * A node's own view of itself and its fleet.
 *
 * @param state the state of the node's lease
 * @param held slots that the node may use
 * @param limit the fleet's limit, from the last answer
 * @param nodes the number of nodes, from the last answer
 * @param silentMillis milliseconds since the last answer of the Redis; -1 if it has never answered
 */
public record FleetStatus(State state, int held, int limit, int nodes, long silentMillis) {
    /** The state of a node's lease. */
    public enum State {
        /** The node has not been lent a slot yet. */
        JOINING,
        /** The Redis may have lost data: for the length of a lease nodes keep their slots, and none gets more. */
        SETTLING,
        /** The node has a lease and holds the slots lent to it. */
        HELD,
        /** The lease has ended while the Redis was out of reach: the node admits up to its fallback. */
        LAPSED,
        /** Another node of the same name is alive, or was a moment ago: this node holds nothing. */
        NAME_IN_USE,
        /** Another node of the same name took over while this node was out of reach: this node holds nothing. */
        SUPERSEDED,
        /** The node's lease differs in length from the fleet's: the node holds nothing. */
        MISMATCHED
    }
}
