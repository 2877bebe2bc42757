package dev.anteroom.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Handles the bytes of one connection. The transport calls every method on the connection's event loop, one at a time.
 * A protocol therefore needs no locks, and must not block. A protocol that throws loses its connection.
 */
public interface Protocol {
    /**
     * Called first, and once, when the connection is established.
     *
     * @param transport the connection, usable until it is lost
     */
    void connectionMade(Transport transport);

    /**
     * Called when bytes have come. A protocol reads them all, or pauses reading: the transport then keeps the bytes
     * that are left unread, and delivers them first on resumption. Bytes left unread without pausing are discarded.
     *
     * @param data the bytes, valid only during the call; a protocol copies what it needs later
     */
    void dataReceived(ByteBuffer data);

    /**
     * Called when the peer has shut down its sending side and every byte that it sent has been delivered. The
     * connection can still be written to. Called at most once. Unless overridden, the connection is closed after the
     * written bytes are flushed.
     *
     * @param transport the connection
     */
    default void inputClosed(Transport transport) {
        transport.close();
    }

    /**
     * Called when, while reading is paused, the end of the peer's input is seen, ahead of bytes that are not delivered
     * yet. The peer has left, or has only shut down its sending side. Called at most once. The order of the bytes is
     * not affected: after {@link Transport#resumeReading()} they are delivered, and then {@link #inputClosed} is
     * called.
     *
     * @param transport the connection
     */
    default void endOfInputSeen(Transport transport) {}

    /**
     * Called when the connection is no longer writable, because the pending bytes passed the high-water mark, or is
     * writable again, because the peer has read them. Called in a later turn; of several changes meanwhile, only the
     * last is reported.
     *
     * @param writable the current value of {@link Transport#isWritable()}
     */
    default void writabilityChanged(boolean writable) {}

    /**
     * Called last, and exactly once, when the connection is gone.
     *
     * @param reason why it broke (a reset, an exception that the protocol threw), or null if both sides shut down in
     *     order or this side ended it
     */
    void connectionLost(@Nullable Throwable reason);
}
