package dev.anteroom.simulator;

/** What a server knows of a waiter whose patience is over. */
enum Departures {
    /** The waiter leaves the room at once. */
    NOTICED,
    /** It stays in the room, and may be served in vain. */
    UNNOTICED;

    /**
     * Reads one as users write it.
     *
     * @throws IllegalArgumentException if it is none; the message is one line
     */
    static Departures parse(String text) {
        return switch (text) {
            case "noticed" -> NOTICED;
            case "unnoticed" -> UNNOTICED;
            default -> throw new IllegalArgumentException("must be noticed or unnoticed, was \"" + text + "\"");
        };
    }
}
