package dev.anteroom.gate;

/**
 * Watches a gate, for metrics and logs. The methods run outside the gate's lock on the thread that caused the event: they must
 * be thread-safe and quick. An exception of theirs is logged and changes nothing. No order is promised among threads: a
 * connection that leaves in the instant in which it is admitted may be reported released first, and one that is admitted in the
 * instant in which it begins to wait may be reported admitted before it is reported arrived.
 */
public interface GateListener {
    /**
     * A connection came. If it was answered at the door, {@link #admitted} or {@link #turnedAway} follows at once.
     *
     * @param admission its admission, of which {@link Admission#decision()} is known
     */
    default void arrived(Admission admission) {}

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
