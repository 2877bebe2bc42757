package dev.anteroom.chaos;

/** A moment in the life of a connection at which its client can be made to vanish, by the very thread that brings it about. */
enum Moment {
    /** The gate has admitted it, and nobody was told yet. */
    ADMITTED,
    /** Its protocol is being built, in the middle of the swap. */
    SWAPPED,
    /** Its protocol hears of it. */
    MADE,
    /** The server has read its order. */
    ORDERED
}
