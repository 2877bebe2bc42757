package dev.anteroom.transport;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.TransportOptions;
import java.time.Duration;

/**
 * An event loop as its own connections see it. While it closes, it rejects the tasks of its users, but still runs the
 * turns that its connections need to end. All methods except those of {@link EventLoop} are called on the loop.
 */
public interface TransportLoop extends EventLoop {
    /**
     * Returns the options of the loop's connections.
     *
     * @return the options that the transport was opened with
     */
    TransportOptions options();

    /**
     * Returns the loop's connections that are not probed yet.
     *
     * @return the queue that the loop created for itself
     */
    KeepAliveQueue young();

    /**
     * Runs a task in a later turn, never inside this call. A loop that has ended drops it.
     *
     * @param turn the task
     */
    void later(Runnable turn);

    /**
     * Runs a task once, after a delay. A loop that ends before then drops it.
     *
     * @param delay the shortest delay, which may be of any length
     * @param task the task
     * @return a handle that cancels the task
     */
    Cancellable later(Duration delay, Runnable task);

    /**
     * Logs a failure that cannot be reported to a protocol.
     *
     * @param message says what failed
     * @param cause the reason
     */
    void warn(String message, Throwable cause);
}
