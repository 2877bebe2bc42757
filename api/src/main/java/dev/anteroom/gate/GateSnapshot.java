package dev.anteroom.gate;

/**
 * A gate at one moment. The counters add up in every snapshot: {@code arrived = waiting + admitted + refused + expired +
 * abandoned + shed}, and {@code admitted = active + released}.
 *
 * @param limit slots
 * @param active connections that hold a slot; more than {@code limit} only just after the limit was lowered
 * @param waiting connections in the waiting room; more than {@code maxWaiting} only with {@link AdmissionGate#holdWhenFull}
 * @param policy the policy's name
 * @param paused whether nobody is admitted for now
 * @param maxWaiting places in the waiting room
 * @param admitted connections that got a slot
 * @param refused connections turned away at the door, or from the room of a gate that was closed
 * @param expired connections that waited as long as one may
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
     * Connections that ever came to the gate.
     *
     * @return the sum of those that wait, were admitted, or ended otherwise
     */
    public long arrived() {
        return waiting + admitted + refused + expired + abandoned + shed;
    }

    /**
     * Connections that gave their slot back.
     *
     * @return those admitted that are not active any more
     */
    public long released() {
        return admitted - active;
    }
}
