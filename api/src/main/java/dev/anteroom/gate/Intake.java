package dev.anteroom.gate;

/**
 * A source of connections that a gate can pause. It is usually a listening socket, whose backlog in the kernel keeps
 * the connections meanwhile. See {@link AdmissionGate#holdWhenFull}.
 *
 * <p>The methods are called one at a time, outside the gate's lock, on the thread that caused the change. They must be
 * quick and must not block. If one throws, the exception is logged and changes nothing.
 */
public interface Intake {
    /**
     * Stops bringing connections, at once if possible, because the calling thread may itself be about to accept the
     * next one. As few connections as possible should enter the gate after this.
     */
    void pause();

    /** Brings connections again. */
    void resume();

    /** A gate's control of an intake. It lasts until it is closed. */
    interface Hold extends AutoCloseable {
        /**
         * Whether the gate wants no newcomer at this moment. A thread that fills the waiting room sees the change at
         * once, even while another thread has yet to call {@link Intake#pause}. May be called from any thread.
         *
         * @return whether the intake is paused, or about to be
         */
        boolean isHolding();

        /** Ends the control, and resumes the intake if it is paused. Does nothing the second time. */
        @Override
        void close();
    }
}
