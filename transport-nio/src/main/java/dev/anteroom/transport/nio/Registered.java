package dev.anteroom.transport.nio;

/** A channel that a loop's selector watches; the attachment of every selection key. Called on the loop. */
interface Registered {
    /**
     * Handles the readiness of the channel. Must not throw.
     *
     * @param operations the ready operations among the key's interest; all of them after an error
     */
    void ready(int operations);

    /** Aborts the channel, because the loop ends. */
    void shutDown();
}
