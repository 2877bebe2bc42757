package dev.anteroom.gateway.proxy;

import java.util.Locale;

/** Why a connection ended before it reached its gate. */
public enum DropReason {
    /** The connection came from a trusted proxy and did not begin with a valid PROXY header. */
    MALFORMED,
    /** The connection came from a trusted proxy whose PROXY header did not arrive in time. */
    LATE,
    /** The client sent nothing within the ready timeout. */
    SILENT,
    /** The connection was the oldest when too many were arriving. */
    CROWDED,
    /** The client or its proxy closed the connection. */
    LEFT;

    /**
     * Returns the name of this reason in metrics and logs.
     *
     * @return the constant's name in lower case
     */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
