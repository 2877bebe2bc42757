package dev.anteroom.simulator;

/** Whether the gate notices that a waiter's patience is over. */
enum Departures {
    /** The waiter leaves the room at once. */
    NOTICED,
    /** It stays in the room, and may be served in vain. */
    UNNOTICED;

    /**
     * Parses {@code noticed} or {@code unnoticed}.
     *
     * @throws IllegalArgumentException if the text is neither; the message is one line
     */
    static Departures parse(String text) {
        return switch (text) {
            case "noticed" -> NOTICED;
            case "unnoticed" -> UNNOTICED;
            default -> throw new IllegalArgumentException("must be noticed or unnoticed, was \"" + text + "\"");
        };
    }
}
