package dev.anteroom.gateway.proxy;

import java.util.Locale;

/** Why a connection ended before it came to its gate. */
public enum Drop {
    /** It comes from a proxy, and what it begins with is no PROXY header. */
    MALFORMED,
    /** It comes from a proxy, and its PROXY header did not come in time. */
    LATE,
    /** It has said nothing for as long as one may. */
    SILENT,
    /** It was the eldest when too many were arriving. */
    CROWDED,
    /** The client, or its proxy, has closed it. */
    LEFT;

    /**
     * By which metrics and logs call it.
     *
     * @return the name in small letters
     */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
