package dev.anteroom.gateway.proxy;

/**
 * What was done for a connection that was admitted.
 *
 * @param nanos from its admission until both sides were gone
 * @param fromClient bytes that it sent to the upstream
 * @param fromUpstream bytes that it was sent
 * @param end who ended it
 */
public record Service(long nanos, long fromClient, long fromUpstream, End end) {
    /** What happened first of all that ends a connection. */
    public enum End {
        /** The client finished or closed. */
        CLIENT,
        /** The client reset the connection, or its host is gone. */
        CLIENT_RESET,
        /** The upstream finished or closed. */
        UPSTREAM,
        /** The upstream reset the connection, or its host is gone. */
        UPSTREAM_RESET,
        /** No connection to an upstream could be made. */
        UNREACHABLE,
        /** It was idle for too long, or served for as long as one may be. */
        TIME
    }
}
