package dev.anteroom.gate;

/**
 * How a connection that had to wait learns what became of it. One of the first two methods is called, once, by the executor that
 * came with it (the connection's event loop), unless the connection {@linkplain Admission#leave() left} first. Neither is
 * called for what the gate decided at the door.
 *
 * <p>An executor that runs the call on the spot runs it on the thread that ended the wait (the one that gave a slot back, or the
 * clock's), before the next connection is told: it must not block there. If the executor throws {@link
 * java.util.concurrent.RejectedExecutionException}, the call is made on that thread too, so that nobody waits for it in vain. A callback
 * that belongs to a thread has to look where it is called then, and may simply leave. After any other exception of the executor
 * the slot is given back and nobody is told.
 */
public interface AdmissionCallback {
    /**
     * A slot is the connection's, until it {@linkplain Admission#leave() leaves}. If this throws, the slot is given back
     * and the exception goes to the executor.
     *
     * @param admission the connection's own
     */
    void admitted(Admission admission);

    /**
     * The connection will not be served: it expired, was shed, or the gate was closed (refused);
     * {@link Admission#state()} tells which.
     *
     * @param admission the connection's own
     */
    void turnedAway(Admission admission);

    /**
     * How much a waiting connection has sent, as far as is known: for people to look at. Called from any thread.
     *
     * @return a number of bytes; unless overridden -1, which is unknown
     */
    default int bytesSent() {
        return -1;
    }
}
