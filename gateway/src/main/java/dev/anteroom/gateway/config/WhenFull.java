package dev.anteroom.gateway.config;

/** What happens to new connections when every place in the waiting room is taken. */
public enum WhenFull {
    /** Accept them and turn them away. */
    REFUSE,
    /** Leave them in the kernel's backlog until there is room. */
    HOLD
}
