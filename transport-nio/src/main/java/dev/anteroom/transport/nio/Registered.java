package dev.anteroom.transport.nio;

/** What a loop's selector watches: the attachment of every selection key. Called on the loop. */
interface Registered {
    /**
     * The channel is ready. Must not throw.
     *
     * @param operations those of the key's interest that are ready; all of them after an error
     */
    void ready(int operations);

    /** The loop ends: gives the channel up. */
    void shutDown();
}
