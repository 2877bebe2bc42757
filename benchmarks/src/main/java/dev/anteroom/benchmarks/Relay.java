package dev.anteroom.benchmarks;

/** Passes one slot between the caller and a waiter that sleeps on another thread. */
interface Relay extends AutoCloseable {
    /** Takes the slot for the caller and makes the waiter wait for it. */
    void hold() throws Exception;

    /** Releases the slot of the caller. */
    void release();

    /** Returns whether the waiter has the slot. */
    boolean isPassed();

    @Override
    void close();
}
