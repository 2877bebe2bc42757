package dev.anteroom.fleet;

/**
 * What a node knows of its fleet without asking.
 *
 * @param state how it stands
 * @param held slots that the node may use
 * @param limit the fleet's slots, as last heard
 * @param nodes how many there are, as last heard
 * @param silentMillis since when the Redis was not heard; -1 if it never was
 */
public record FleetStatus(State state, int held, int limit, int nodes, long silentMillis) {
    /** How a node stands. */
    public enum State {
        /** Nothing was lent to it yet. */
        JOINING,
        /** The Redis may have forgotten what it had lent: everyone keeps what they hold, and nobody gets more for a lease's time. */
        SETTLING,
        /** Holds what it was lent. */
        HELD,
        /** The Redis was out of reach for as long as the lease lasted: the node admits no more than its fallback. */
        LAPSED,
        /** Another node of its name is there, or was a moment ago: it holds nothing. */
        TAKEN,
        /** Another node of its name took its place while it was out of reach: it holds nothing. */
        SUPERSEDED,
        /** The fleet's leases are of another length than the node's: it holds nothing. */
        MISMATCHED
    }
}
