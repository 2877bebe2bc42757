package dev.anteroom.gate;

/**
 * The state of a gate at one moment. The counters add up in every snapshot: {@code arrived = waiting + admitted +
 * refused + expired + abandoned + shed}, and {@code admitted = active + released}.
 *
 * @param limit the number of slots
 * @param active connections that hold a slot; more than {@code limit} only just after the limit was lowered
 * @param waiting connections in the waiting room; more than {@code maxWaiting} only with {@link
 *     AdmissionGate#pauseWhenFull}
 * @param policy the policy's name
 * @param paused whether the gate is paused
 * @param maxWaiting the number of places in the waiting room
 * @param admitted connections that got a slot
 * @param refused connections turned away at the door, or from the room of a gate that was closed
 * @param expired connections that waited for the longest time allowed
 * @param abandoned connections that left while waiting
 * @param shed connections that the policy gave up on
 */
public record GateSnapshot(
        int limit,
        int active,
        int waiting,
        String policy,
        boolean paused,
        int maxWaiting,
        long admitted,
        long refused,
        long expired,
        long abandoned,
        long shed) {
    /**
     * Returns the number of connections that have ever arrived.
     *
     * @return the sum of the connections that wait, were admitted, or ended otherwise
     */
    public long arrived() {
        return waiting + admitted + refused + expired + abandoned + shed;
    }

    /**
     * Returns the number of connections that gave their slot back.
     *
     * @return the admitted connections that are no longer active
     */
    public long released() {
        return admitted - active;
    }
}
