package dev.anteroom.transport;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.TransportOptions;
import java.time.Duration;

/**
 * An event loop as its own connections see it: while it closes, it rejects the tasks of its users, but still takes the turns that
 * its connections need to end. Apart from {@link EventLoop}'s methods, all are called on the loop.
 */
public interface TransportLoop extends EventLoop {
    /**
     * Returns the figures that the loop's connections keep to.
     *
     * @return the options that the transport was opened with
     */
    TransportOptions options();

    /**
     * Runs a task in a later turn, never from inside this call. A loop that has ended forgets it.
     *
     * @param turn what to run
     */
    void later(Runnable turn);

    /**
     * Runs a task once, after a time. A loop that ends before forgets it.
     *
     * @param delay how long to wait at least, however long
     * @param task what to run
     * @return a handle that forgets the task
     */
    Cancellable later(Duration delay, Runnable task);

    /**
     * Logs a failure that no protocol can be told of.
     *
     * @param message what failed
     * @param cause why
     */
    void warn(String message, Throwable cause);
}
