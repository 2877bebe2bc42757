package dev.anteroom.gate;

/**
 * Tells a waiting connection how its wait ended. Either {@link #admitted} or {@link #turnedAway} is called, once, on
 * the executor that was given to the gate (the connection's event loop), unless the connection {@linkplain
 * Admission#leave() left} first. Neither is called if the gate decided at the door.
 *
 * <p>An executor that runs tasks in the calling thread runs the callback on the thread that ended the wait (the one
 * that gave a slot back, or the clock's), before the next connection is told. The callback must not block there. If the
 * executor throws {@link java.util.concurrent.RejectedExecutionException}, the callback also runs on that thread, so
 * that no connection waits for it in vain. A callback that is confined to a thread has to check which thread it is
 * called on, and may then simply leave. After any other exception of the executor the slot is given back, and the
 * callback is not called.
 */
public interface AdmissionCallback {
    /**
     * Called when the connection has got a slot, which it holds until it {@linkplain Admission#leave() leaves}. If this
     * method throws, the slot is given back and the exception goes to the executor.
     *
     * @param admission the admission of the connection
     */
    void admitted(Admission admission);

    /**
     * Called when the connection will not be served: it expired, was shed, or was refused because the gate was closed.
     * {@link Admission#state()} says which.
     *
     * @param admission the admission of the connection
     */
    void turnedAway(Admission admission);

    /**
     * Returns how many bytes a waiting connection is known to have sent, for display. May be called from any thread.
     *
     * @return a number of bytes, or -1 if it is unknown, as it is unless overridden
     */
    default int bytesSent() {
        return -1;
    }
}
