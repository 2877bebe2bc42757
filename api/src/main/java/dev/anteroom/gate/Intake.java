package dev.anteroom.gate;

/**
 * Brings connections to a gate, and can be told to bring none for a while: a socket that listens, as a rule, in whose backlog the
 * kernel holds them meanwhile. See {@link AdmissionGate#holdWhenFull}.
 *
 * <p>The methods are called in turn, never two at once, outside the gate's lock on the thread that caused the change: they
 * must be quick and must not wait. An exception of theirs is logged and changes nothing.
 */
public interface Intake {
    /** Stops: as few newcomers as possible after this. Best at once, for the caller may itself be about to accept the next. */
    void pause();

    /** Goes on. */
    void resume();

    /** An intake under a gate's control, until it is closed. */
    interface Hold extends AutoCloseable {
        /**
         * Whether the gate wants no newcomer at this moment. That is known to a thread as soon as it has filled the waiting room,
         * whereas {@link Intake#pause} may still be about to be called by another thread. May be called from any thread.
         *
         * @return whether the intake is paused, or about to be
         */
        boolean isHolding();

        /** Lets the intake go on, for good. Does nothing the second time. */
        @Override
        void close();
    }
}
