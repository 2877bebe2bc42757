package dev.anteroom.gate;

/**
 * A {@link LimitRule}'s access to its gate. All methods may be called from any thread. {@link #limit(int)} admits
 * waiters and so runs their callbacks; it must not be called while holding a lock.
 */
public interface LimitControl {
    /**
     * Returns the number of slots.
     *
     * @return the limit that was set last
     */
    int limit();

    /**
     * Moves the limit, as {@link AdmissionGate#limit(int)} does.
     *
     * @param newLimit at least 0, at most {@link AdmissionGate#MAX_COUNT}
     * @return false if the rule no longer governs the gate, or the gate is closed: this call and all later ones change
     *     nothing. While the rule is being asked to {@linkplain LimitRule#govern govern}, the limit is noted, and set
     *     once the rule has taken over
     * @throws IllegalArgumentException if the limit is out of bounds
     */
    boolean limit(int newLimit);

    /**
     * Returns how many connections hold a slot. Takes no lock.
     *
     * @return a number that is exact unless the limit is being changed
     */
    int active();

    /**
     * Returns the gate's figures.
     *
     * @return a consistent view of one moment
     */
    GateSnapshot snapshot();

    /**
     * Returns the gate's clock.
     *
     * @return a clock on which the rule may have one task pending
     */
    GateClock clock();
}
