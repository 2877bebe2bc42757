package dev.anteroom.transport.netty;

import dev.anteroom.expression.Durations;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.protocol.TransportOptions;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How {@link AdmissionHandler} and {@link AdmissionInitializer} treat connections that wait or are turned away.
 * Immutable.
 */
public final class AdmissionOptions {
    private static final AdmissionOptions DEFAULTS = new AdmissionOptions(
            HalfClose.ABANDON,
            TransportOptions.defaults().preReadBytes(),
            null,
            TransportOptions.defaults().linger());

    private final HalfClose halfClose;
    private final int preReadBytes;
    private final @Nullable ChannelHandler answer;
    private final Duration linger;

    private AdmissionOptions(HalfClose halfClose, int preReadBytes, @Nullable ChannelHandler answer, Duration linger) {
        this.halfClose = halfClose;
        this.preReadBytes = preReadBytes;
        this.answer = answer;
        this.linger = linger;
    }

    /**
     * Returns the defaults: a waiting client that shuts down its sending side has left, 4 KiB are read ahead with NIO,
     * and a connection that is turned away gets no answer.
     *
     * @return the defaults
     */
    public static AdmissionOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Returns these options with another meaning of a sending side that is shut down.
     *
     * @param halfClose whether a waiting client that has shut down its sending side keeps its place. If it does, the
     *     server's own {@code ALLOW_HALF_CLOSURE} decides what happens after its admission
     * @return the changed copy
     */
    public AdmissionOptions withHalfClose(HalfClose halfClose) {
        return new AdmissionOptions(Objects.requireNonNull(halfClose, "halfClose"), preReadBytes, answer, linger);
    }

    /**
     * Returns these options with another bound for reading ahead. The bound concerns NIO alone, which notices a
     * departure only by reading: a departure behind more bytes than these may go unnoticed.
     *
     * @param preReadBytes most bytes to read ahead for a waiting connection, at least 1
     * @return the changed copy
     */
    public AdmissionOptions withPreReadBytes(int preReadBytes) {
        if (preReadBytes < 1) {
            throw new IllegalArgumentException("preReadBytes must be at least 1, was " + preReadBytes);
        }
        return new AdmissionOptions(halfClose, preReadBytes, answer, linger);
    }

    /**
     * Returns these options with a message for connections that are turned away (refused, expired or shed).
     *
     * @param message the bytes to send before the connection is closed
     * @return the changed copy
     */
    public AdmissionOptions withBusyMessage(byte[] message) {
        return withAnswer(new BusyMessage(Objects.requireNonNull(message, "message")));
    }

    /**
     * Returns these options with an answer for connections that are turned away (refused, expired or shed): a handler
     * that takes the place of the server's own, answers, and closes the connection. It receives the events of a new
     * connection, {@code channelActive} first. A connection that it has not closed within {@link #withLinger the time
     * to linger} is closed.
     *
     * @param answer the handler for all such connections, which must therefore be {@code @Sharable}; for example a
     *     {@code ChannelInitializer} that builds a pipeline with TLS and a 503
     * @return the changed copy
     */
    public AdmissionOptions withAnswer(ChannelHandler answer) {
        return new AdmissionOptions(halfClose, preReadBytes, requireSharable(answer, "answer"), linger);
    }

    /**
     * Returns these options with another time to linger.
     *
     * @param linger how long a connection may take to receive its answer and close; one second unless changed
     * @return the changed copy
     */
    public AdmissionOptions withLinger(Duration linger) {
        if (linger.isNegative()) {
            throw new IllegalArgumentException("linger must not be negative, was " + linger);
        }
        return new AdmissionOptions(halfClose, preReadBytes, answer, linger);
    }

    /** Requires a handler to be sharable, because it serves many channels. */
    static ChannelHandler requireSharable(ChannelHandler handler, String name) {
        Objects.requireNonNull(handler, name);
        if (handler instanceof ChannelHandlerAdapter adapter && !adapter.isSharable()) {
            throw new IllegalArgumentException(name + " must be @Sharable, as a ChannelInitializer is, was "
                    + handler.getClass().getName());
        }
        return handler;
    }

    HalfClose halfClose() {
        return halfClose;
    }

    int preReadBytes() {
        return preReadBytes;
    }

    @Nullable
    ChannelHandler answer() {
        return answer;
    }

    /** Returns the time to linger, at most the longest that a timer takes. */
    long lingerNanos() {
        return Durations.saturatedNanos(linger);
    }
}
