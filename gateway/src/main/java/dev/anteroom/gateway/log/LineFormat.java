package dev.anteroom.gateway.log;

/**
 * What a {@link LineWriter} writes.
 *
 * @param <T> an entry, which becomes one line
 */
public interface LineFormat<T> {
    /**
     * Returns the name of the log, for messages.
     *
     * @return a noun phrase
     */
    String name();

    /**
     * Returns the first line of each file.
     *
     * @return a line, or nothing if there is none
     */
    default String header() {
        return "";
    }

    /**
     * Formats an entry, on the writing thread.
     *
     * @param entry the entry
     * @return a line without its end
     */
    String line(T entry);

    /**
     * Returns how much memory a queued entry takes.
     *
     * @param entry the entry
     * @return an approximate number of bytes
     */
    int bytes(T entry);

    /**
     * Describes entries that were dropped.
     *
     * @param count their number
     * @return a line, or nothing if they are not mentioned among the others
     */
    String dropped(long count);

    /**
     * Returns whether the log ends when a write has failed.
     *
     * @return false if a line may be missing from the log
     */
    boolean endsWithFailure();
}
