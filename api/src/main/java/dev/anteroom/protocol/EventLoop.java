package dev.anteroom.protocol;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * One thread that serves many connections. As an {@link Executor} it runs a task in a later turn, never inside {@code
 * execute}, and runs tasks in the order of their submission. It throws {@link
 * java.util.concurrent.RejectedExecutionException} once it is shut down. All methods may be called from any thread.
 */
public interface EventLoop extends Executor {
    /**
     * Whether the calling thread is this loop's thread.
     *
     * @return true on the loop's own thread
     */
    boolean inEventLoop();

    /**
     * Runs a task on the loop once, after a delay, unless the loop is shut down before.
     *
     * @param delay the shortest delay
     * @param task the task
     * @return a handle that cancels the task
     * @throws java.util.concurrent.RejectedExecutionException if the loop is shut down already
     */
    Cancellable schedule(Duration delay, Runnable task);

    /**
     * Opens a connection within the {@link TransportOptions#connectTimeout() connect timeout} of the transport.
     *
     * @param remote the address to connect to
     * @param protocol the protocol of the connection
     * @return the result of {@link #connect(SocketAddress, Protocol, Duration)}
     */
    CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol);

    /**
     * Opens a connection on this loop, in a later turn. If connecting fails, the protocol is not called. A connection
     * to a closed port of this machine can meet itself, if the kernel chooses that port for it; that is a failure.
     *
     * @param remote the address to connect to
     * @param protocol the protocol of the connection
     * @param timeout the longest time that connecting may take
     * @return a future that is completed on the loop: with the connection, after {@code connectionMade}, or
     *     exceptionally with an {@link java.io.IOException} that gives the reason. Cancelling the future gives up the
     *     attempt
     */
    CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol, Duration timeout);

    /** A handle of a scheduled task. */
    @FunctionalInterface
    interface Cancellable {
        /** Cancels the task. Does nothing if the task has run already or was cancelled before. */
        void cancel();
    }
}
