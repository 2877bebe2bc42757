package dev.anteroom.protocol;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One thread that serves many connections. As an {@link Executor} it runs a task in a later turn, never inside
 * {@code execute}, and tasks in the order of their submission; it throws
 * {@link java.util.concurrent.RejectedExecutionException} once it is shut down. All methods may be called from any thread.
 */
public interface EventLoop extends Executor {
    /**
     * Whether the caller runs on this loop.
     *
     * @return true on the loop's own thread
     */
    boolean inEventLoop();

    /**
     * Runs a task once, later, unless the loop is shut down before.
     *
     * @param delay how long to wait at least
     * @param task what to run, on the loop
     * @return a handle that forgets the task
     * @throws java.util.concurrent.RejectedExecutionException if the loop is shut down already
     */
    Cancellable schedule(Duration delay, Runnable task);

    /**
     * Opens a connection within the {@link TransportOptions#connectTimeout() connect timeout} of the transport.
     *
     * @param remote where to
     * @param protocol what it speaks
     * @return as that of the {@linkplain #connect(SocketAddress, Protocol, Duration) other}
     */
    CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol);

    /**
     * Opens a connection that lives on this loop, in a later turn. If it cannot be made the protocol hears nothing.
     *
     * @param remote where to
     * @param protocol what it speaks
     * @param timeout the longest that it may take
     * @return completed on the loop, after {@code connectionMade}, with the connection; or exceptionally with an
     *     {@link java.io.IOException} that says why not. Cancelling it gives the attempt up
     */
    CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol, Duration timeout);

    /** Something that can be called off. */
    @FunctionalInterface
    interface Cancellable {
        /** Calls it off. Does nothing if it has happened already or was called off before. */
        void cancel();
    }
}
