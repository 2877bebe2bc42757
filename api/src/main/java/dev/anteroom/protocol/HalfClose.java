package dev.anteroom.protocol;

/**
 * What happens to a waiting connection whose peer has shut down its sending side. From this side, a peer that has
 * closed the connection looks the same.
 */
public enum HalfClose {
    /** The client counts as having left: the connection gives up its place. */
    ABANDON,
    /** The client still waits for its answer: the connection keeps its place. */
    KEEP
}
