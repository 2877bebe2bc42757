package dev.anteroom.gateway.config;

/** What becomes of those who come when every place in the waiting room is taken. */
public enum WhenFull {
    /** They are accepted and turned away. */
    REFUSE,
    /** They are not accepted: the kernel's backlog holds them until there is room. */
    HOLD
}
