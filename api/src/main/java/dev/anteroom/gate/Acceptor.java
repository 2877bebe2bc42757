package dev.anteroom.gate;

/**
 * Accepts connections that enter a gate, and can be paused. It is usually a listening socket; while it is paused, the
 * connections stay in the kernel's backlog. See {@link AdmissionGate#pauseWhenFull}.
 *
 * <p>The methods are called one at a time, outside the gate's lock, on the thread that caused the change. They must be
 * quick and must not block. If one throws, the exception is logged and changes nothing.
 */
public interface Acceptor {
    /**
     * Stops bringing connections, at once if possible, because the calling thread may itself be about to accept the
     * next one. As few connections as possible should enter the gate after this.
     */
    void pause();

    /** Brings connections again. */
    void resume();

    /** A gate's control of an acceptor. It lasts until it is closed. */
    interface Control extends AutoCloseable {
        /**
         * Whether the gate wants no newcomer at this moment. A thread that fills the waiting room sees the change at
         * once, even while another thread has yet to call {@link Acceptor#pause}. May be called from any thread.
         *
         * @return whether the acceptor is paused, or about to be
         */
        boolean isPaused();

        /** Ends the control, and resumes the acceptor if it is paused. Does nothing the second time. */
        @Override
        void close();
    }
}
