package dev.anteroom.gate;

/**
 * Watches a gate, for metrics and logs. The methods run outside the gate's lock on the thread that caused the event: they must
 * be thread-safe and quick. An exception of theirs is logged and changes nothing. No order is promised among threads: a
 * connection that leaves in the instant in which it is admitted may be reported released first.
 */
public interface GateListener {
    /**
     * A connection got a slot, at the door or after {@link Admission#waitNanos()}.
     *
     * @param admission its admission
     */
    default void admitted(Admission admission) {}

    /**
     * A connection ended without having been served: {@link Admission#state()} is refused, expired, abandoned or shed.
     *
     * @param admission its admission
     */
    default void turnedAway(Admission admission) {}

    /**
     * A connection is about to give its slot back, after {@link Admission#serviceNanos()}.
     *
     * @param admission its admission
     */
    default void released(Admission admission) {}
}
