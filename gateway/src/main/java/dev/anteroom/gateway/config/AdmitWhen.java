package dev.anteroom.gateway.config;

/** The moment at which a connection enters its gate. */
public enum AdmitWhen {
    /** When it is accepted. */
    ARRIVED,
    /** When its first byte arrives. */
    READY
}
