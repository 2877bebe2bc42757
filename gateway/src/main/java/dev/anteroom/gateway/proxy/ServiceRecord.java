package dev.anteroom.gateway.proxy;

/**
 * The service of one admitted connection.
 *
 * @param nanos from its admission until both sides were closed
 * @param fromClient bytes that the client sent to the upstream
 * @param fromUpstream bytes that the upstream sent to the client
 * @param end what ended the connection
 */
public record ServiceRecord(long nanos, long fromClient, long fromUpstream, End end) {
    /** The first event that ended a connection. */
    public enum End {
        /** The client half-closed or closed. */
        CLIENT,
        /** The client reset the connection, or its host vanished. */
        CLIENT_RESET,
        /** The upstream half-closed or closed. */
        UPSTREAM,
        /** The upstream reset the connection, or its host vanished. */
        UPSTREAM_RESET,
        /** No connection to an upstream could be made. */
        UNREACHABLE,
        /** The connection exceeded a time limit, idle or in total. */
        TIME,
        /** The gateway ended before the connection did. */
        DRAIN
    }
}
