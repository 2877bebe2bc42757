package dev.anteroom.benchmarks;

/** One slot, and two who want it: the caller, and one on another thread who sleeps until the slot is handed over. */
interface Relay extends AutoCloseable {
    /** The caller has the slot, and the other waits for it. */
    void hold() throws Exception;

    /** Gives the slot up. */
    void release();

    /** Whether the other has the slot. */
    boolean isPassed();

    @Override
    void close();
}
