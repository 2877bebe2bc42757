package dev.anteroom.gate;

/**
 * What a {@link LimitRule} has to do with its gate. All methods may be called from any thread; {@link #limit(int)} must not be while
 * holding a lock, for it admits.
 */
public interface LimitControl {
    /**
     * The number of slots.
     *
     * @return the limit as last set
     */
    int limit();

    /**
     * Moves the limit, as {@link AdmissionGate#limit(int)} does.
     *
     * @param newLimit at least 0, at most {@link AdmissionGate#MAX_COUNT}
     * @return false if the rule does not govern the gate any more, or the gate is closed: nothing has changed, nor ever will. While
     *     the rule is asked to {@linkplain LimitRule#govern govern}, the limit is noted, and set once the rule has taken over
     * @throws IllegalArgumentException if it is out of bounds
     */
    boolean limit(int newLimit);

    /**
     * How many connections hold a slot. Takes no lock.
     *
     * @return what is exact unless the limit is being changed
     */
    int active();

    /**
     * Looks at the gate.
     *
     * @return its figures at one moment
     */
    GateSnapshot snapshot();

    /**
     * Where the gate has its time from.
     *
     * @return a clock on which a rule may have one task pending
     */
    GateClock clock();
}
