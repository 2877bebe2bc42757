package dev.anteroom.chaos;

/** A moment in the life of a connection at which its client can disappear, on the thread that reaches the moment. */
enum Moment {
    /** The gate has admitted the connection, and its callback has not run yet. */
    ADMITTED,
    /** The protocol is being built, in the middle of the swap. */
    SWAPPED,
    /** The protocol's {@code connectionMade} runs. */
    MADE,
    /** The server has read the client's order. */
    ORDERED
}
