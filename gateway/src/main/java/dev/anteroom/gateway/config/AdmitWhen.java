package dev.anteroom.gateway.config;

/** When a connection comes to its gate. */
public enum AdmitWhen {
    /** At once. */
    ARRIVED,
    /** With its first byte. */
    READY
}
