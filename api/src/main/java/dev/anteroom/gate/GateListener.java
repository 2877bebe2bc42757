package dev.anteroom.gate;

/**
 * Observes a gate, for metrics and logs. The methods run outside the gate's lock, on the thread that caused the event.
 * They must be thread-safe and quick. If one throws, the exception is logged and changes nothing. The order of events
 * on different threads is not defined: a connection that leaves in the instant in which it is admitted may be reported
 * released first, and a connection that is admitted in the instant in which it begins to wait may be reported admitted
 * before it is reported arrived. A listener that is {@linkplain AdmissionGate#addListener added} to a gate later also
 * hears how admissions go on that arrived before it.
 */
public interface GateListener {
    /**
     * Called when a connection has arrived. If the gate decided at the door, {@link #admitted} or {@link #turnedAway}
     * follows at once.
     *
     * @param admission its admission, whose {@link Admission#decision()} is known
     */
    default void arrived(Admission admission) {}

    /**
     * Called when a connection has got a slot, at the door or after {@link Admission#waitNanos()}.
     *
     * @param admission its admission
     */
    default void admitted(Admission admission) {}

    /**
     * Called when a connection has ended without being served: {@link Admission#state()} is refused, expired, abandoned
     * or shed.
     *
     * @param admission its admission
     */
    default void turnedAway(Admission admission) {}

    /**
     * Called when a connection is about to give its slot back, after {@link Admission#serviceNanos()}.
     *
     * @param admission its admission
     */
    default void released(Admission admission) {}
}
