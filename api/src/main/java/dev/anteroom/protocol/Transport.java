package dev.anteroom.protocol;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * One connection, as its protocol sees it. Every method is called on the connection's event loop, and none calls the protocol
 * back from inside. Once the connection is lost all of them do nothing.
 */
public interface Transport {
    /**
     * The loop on which this connection lives.
     *
     * @return the loop
     */
    EventLoop eventLoop();

    /**
     * The peer's address.
     *
     * @return the address, known even after the connection is lost
     */
    SocketAddress remoteAddress();

    /**
     * This side's address.
     *
     * @return the address, known even after the connection is lost
     */
    SocketAddress localAddress();

    /**
     * Lets the listener begin its next connection before {@link Protocol#connectionMade} of this one returns. Connections of a
     * listener begin one at a time, in order of arrival; a protocol that has taken its place in that order, at a gate for example,
     * calls this before it does work that others need not wait for. At any other time it does nothing.
     */
    default void letNextBegin() {}

    /** Stops delivery: no byte is delivered before {@link #resumeReading()}. The peer is held back by TCP itself. */
    void pauseReading();

    /** Starts delivery again, in a later turn of the loop, where it stopped. */
    void resumeReading();

    /**
     * How many bytes have come and are kept until reading is resumed: what was read ahead, and what the protocol has left. What
     * the kernel holds is not among them. May be called from any thread, and is then a little out of date.
     *
     * @return a number of bytes; -1 if it is unknown because nothing is read ahead, as it is unless overridden
     */
    default int bytesKept() {
        return -1;
    }

    /**
     * Whether bytes are delivered: reading is not paused.
     *
     * @return false between {@link #pauseReading()} and {@link #resumeReading()}
     */
    boolean isReading();

    /**
     * Sends bytes. Those that the kernel does not take at once are copied and sent later, so the buffer is the caller's
     * again on return, with nothing remaining. After {@link #shutdownOutput()} or {@link #close()} the bytes are dropped.
     *
     * <p>A protocol stops writing while {@link #isWritable()} is false. One that goes on is cut off: a write that finds
     * more than {@link TransportOptions#maxPendingBytes()} pending aborts the connection.
     *
     * @param data the bytes from its position to its limit
     */
    void write(ByteBuffer data);

    /**
     * Whether the protocol may go on writing. It may not once {@link TransportOptions#highWaterMark()} bytes are pending, and
     * again when half of them or fewer are.
     *
     * @return false, too, when nothing more can be sent
     */
    boolean isWritable();

    /**
     * Sends a FIN after the pending bytes. Reading goes on; when {@link Protocol#inputClosed} has come as well, the
     * connection has ended in order and is lost without a reason.
     */
    void shutdownOutput();

    /**
     * Closes in order: delivers nothing more, sends the pending bytes and a FIN, and waits a moment
     * ({@link TransportOptions#linger()}) for the peer to close too, so that bytes it has sent in vain do not turn the FIN
     * into a reset that destroys what it has not read yet. A peer that does not take the pending bytes within
     * {@link TransportOptions#flushTimeout()} is given up: the connection is reset, for that reason.
     */
    void close();

    /** Resets the connection at once; what is pending is lost. */
    void abort();
}
