package dev.anteroom.protocol;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A protocol that passes every callback to its current delegate, which can be replaced while the connection lasts.
 *
 * <pre>{@code
 * var protocol = new DelegatingProtocol(new Greeting());
 * ...
 * protocol.swap(new Conversation()); // on the event loop
 * }</pre>
 *
 * <p>After a swap, the old delegate hears nothing more, and the new one hears what it would have heard from the start:
 * {@code connectionMade}, then every byte that was not consumed, then the rest. Bytes not consumed include those that
 * the transport keeps while reading is paused, and those that the old delegate leaves unread in the buffer of the very
 * {@code dataReceived} in which it is swapped out. {@code connectionLost} is called once, on the current delegate.
 *
 * <p>Not thread-safe: like every callback, {@link #swap} must be called on the connection's event loop.
 */
public class DelegatingProtocol implements Protocol {
    private Protocol delegate;
    private @Nullable Transport transport;
    private boolean lost;

    /**
     * Creates a protocol with its first delegate.
     *
     * @param delegate receives the callbacks until the first swap
     */
    public DelegatingProtocol(Protocol delegate) {
        this.delegate = Objects.requireNonNull(delegate, "delegate");
    }

    /**
     * Replaces the delegate, and calls {@code connectionMade} on the new one if the connection is established already.
     * If that call throws, the new delegate has replaced the old one nevertheless, and the exception is passed on to
     * the caller.
     *
     * @param newDelegate receives the callbacks from now on
     * @return false if the connection is lost already; nothing changes then, and the new delegate is not called
     */
    public final boolean swap(Protocol newDelegate) {
        Objects.requireNonNull(newDelegate, "newDelegate");
        if (lost) {
            return false;
        }
        delegate = newDelegate;
        if (transport != null) {
            newDelegate.connectionMade(transport);
        }
        return true;
    }

    /**
     * Returns the protocol that receives the callbacks now.
     *
     * @return the current delegate
     */
    public final Protocol delegate() {
        return delegate;
    }

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
        delegate.connectionMade(transport);
    }

    @Override
    public final void dataReceived(ByteBuffer data) {
        Protocol reader;
        do {
            reader = delegate;
            reader.dataReceived(data);
        } while (reader != delegate && data.hasRemaining() && transport().isReading());
    }

    /** Returns the connection, which is established or lost. */
    final Transport transport() {
        return Objects.requireNonNull(transport, "connectionMade was not called yet");
    }

    @Override
    public final void inputClosed(Transport transport) {
        delegate.inputClosed(transport);
    }

    @Override
    public void endOfInputSeen(Transport transport) {
        delegate.endOfInputSeen(transport);
    }

    @Override
    public final void writabilityChanged(boolean writable) {
        delegate.writabilityChanged(writable);
    }

    @Override
    public void connectionLost(@Nullable Throwable reason) {
        lost = true;
        delegate.connectionLost(reason);
    }
}
