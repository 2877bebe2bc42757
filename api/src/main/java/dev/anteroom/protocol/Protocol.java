package dev.anteroom.protocol;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one connection does with its bytes. The transport calls every method on the connection's event loop, one at a time;
 * a protocol therefore needs no locks, and must not block. A protocol that throws loses its connection.
 */
public interface Protocol {
    /**
     * The connection stands. Called first, and once.
     *
     * @param transport the connection, good for as long as it lasts
     */
    void connectionMade(Transport transport);

    /**
     * Bytes have come. A protocol takes them all, or pauses reading: what it then leaves unread is kept by the transport and
     * delivered first on resumption. What it leaves unread without pausing is gone.
     *
     * @param data the bytes, valid during the call only: what must outlive it is copied
     */
    void dataReceived(ByteBuffer data);

    /**
     * The peer has shut down its sending side and every byte it sent has been delivered. The connection can still be
     * written to. Called at most once; unless overridden, the connection is closed after what was written to it is
     * flushed.
     *
     * @param transport the connection
     */
    default void inputClosed(Transport transport) {
        transport.close();
    }

    /**
     * While reading is paused, the end of the peer's input was seen, ahead of the bytes that are not delivered yet: the
     * peer has left, or has only shut down its sending side. Called at most once. The order of the bytes is not touched:
     * after {@link Transport#resumeReading()} they are delivered, then {@link #inputClosed} is called.
     *
     * @param transport the connection
     */
    default void endOfInputSeen(Transport transport) {}

    /**
     * The connection has become writable, or has ceased to be: what is pending passed the high-water mark, or has been
     * taken. Comes in a later turn; of changes that follow each other meanwhile, the last is told.
     *
     * @param writable what {@link Transport#isWritable()} says now
     */
    default void writabilityChanged(boolean writable) {}

    /**
     * The connection is gone. Called last, and exactly once.
     *
     * @param reason why it broke (a reset, an exception that the protocol threw), or null if both sides shut down in order
     *     or this side ended it
     */
    void connectionLost(@Nullable Throwable reason);
}
