package dev.anteroom.protocol;

/** What becomes of a waiting connection whose peer has shut down its sending side. From this side, a peer that closed looks alike. */
public enum HalfClose {
    /** It has left: it gives up its place. */
    ABANDON,
    /** It waits for its answer: it keeps its place. */
    KEEP
}
