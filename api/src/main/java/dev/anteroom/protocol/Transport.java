package dev.anteroom.protocol;

import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * One connection as its protocol sees it. All methods are called on the connection's event loop, unless they say
 * otherwise, and none calls the protocol back from inside. Once the connection is lost, they do nothing.
 */
public interface Transport {
    /**
     * Returns the event loop of this connection.
     *
     * @return the loop
     */
    EventLoop eventLoop();

    /**
     * Returns the peer's address.
     *
     * @return the address, known even after the connection is lost
     */
    SocketAddress remoteAddress();

    /**
     * Returns the local address.
     *
     * @return the address, known even after the connection is lost
     */
    SocketAddress localAddress();

    /**
     * Lets the listener begin its next connection before {@link Protocol#connectionMade} of this one returns.
     * Connections of a listener begin one at a time, in order of arrival. A protocol that has taken its place in that
     * order, for example at a gate, calls this before work that other connections need not wait for. At any other time
     * it does nothing.
     */
    default void beginNext() {}

    /** Stops delivery: no byte is delivered before {@link #resumeReading()}. TCP's flow control slows the peer down. */
    void pauseReading();

    /** Resumes delivery where it stopped, in a later turn of the loop. */
    void resumeReading();

    /**
     * Returns how many bytes are kept until reading is resumed: those that were read ahead, and those that the protocol
     * left unread. Bytes in the kernel's buffers do not count. May be called from any thread; the result may then be
     * slightly out of date.
     *
     * @return a number of bytes, or -1 if it is unknown because nothing is read ahead, as it is unless overridden
     */
    default int bytesKept() {
        return -1;
    }

    /**
     * Whether bytes are delivered, that is, reading is not paused.
     *
     * @return false between {@link #pauseReading()} and {@link #resumeReading()}
     */
    boolean isReading();

    /**
     * Sends bytes. Bytes that the kernel does not accept at once are copied and sent later, so the caller may reuse the
     * buffer on return; nothing remains in it. After {@link #shutdownOutput()} or {@link #close()} the bytes are
     * dropped.
     *
     * <p>A protocol should stop writing while {@link #isWritable()} is false. A write that finds more than {@link
     * TransportOptions#maxPendingBytes()} pending aborts the connection.
     *
     * @param data the bytes from its position to its limit
     */
    void write(ByteBuffer data);

    /**
     * Whether the protocol may go on writing. A connection is not writable once {@link
     * TransportOptions#highWaterMark()} bytes are pending, and is writable again when at most half of that is pending.
     *
     * @return false also if nothing more can be sent
     */
    boolean isWritable();

    /**
     * Sends a FIN after the pending bytes. Reading goes on. When {@link Protocol#inputClosed} has been called too, the
     * connection has ended in order and is lost without a reason.
     */
    void shutdownOutput();

    /**
     * Closes in order: delivers nothing more, sends the pending bytes and a FIN, and waits for up to {@link
     * TransportOptions#linger()} for the peer to close too. Without the wait, bytes that the peer has sent in vain
     * would turn the FIN into a reset, which destroys bytes that the peer has not read yet. If the peer does not read
     * the pending bytes within {@link TransportOptions#flushTimeout()}, the connection is reset, with that as its
     * reason.
     */
    void close();

    /** Resets the connection at once. Pending bytes are lost. */
    void abort();
}
