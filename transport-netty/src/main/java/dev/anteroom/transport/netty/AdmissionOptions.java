package dev.anteroom.transport.netty;

import dev.anteroom.protocol.HalfClose;
import dev.anteroom.protocol.TransportOptions;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How {@link AdmissionHandler} and {@link AdmissionInitializer} treat those who wait and those who are turned away. Immutable. */
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
     * A waiting client that shuts down its sending side has left; with NIO 4 KiB are read ahead; who is turned away gets no
     * answer.
     *
     * @return the defaults
     */
    public static AdmissionOptions defaults() {
        return DEFAULTS;
    }

    /**
     * These options with another meaning of a sending side that is shut down.
     *
     * @param halfClose whether a waiting client that has shut down its sending side keeps its place. If it does, then what
     *     becomes of it once it is admitted is for the server's own {@code ALLOW_HALF_CLOSURE} to say
     * @return the changed copy
     */
    public AdmissionOptions withHalfClose(HalfClose halfClose) {
        return new AdmissionOptions(Objects.requireNonNull(halfClose, "halfClose"), preReadBytes, answer, linger);
    }

    /**
     * These options with another bound for reading ahead. It matters to NIO alone, which notices a departure only by reading:
     * one behind more bytes than these may go unnoticed.
     *
     * @param preReadBytes bytes read ahead at most for a waiting connection, at least 1
     * @return the changed copy
     */
    public AdmissionOptions withPreReadBytes(int preReadBytes) {
        if (preReadBytes < 1) {
            throw new IllegalArgumentException("preReadBytes must be at least 1, was " + preReadBytes);
        }
        return new AdmissionOptions(halfClose, preReadBytes, answer, linger);
    }

    /**
     * These options with a message for those who are turned away (refused, expired or shed).
     *
     * @param message the bytes, after which the connection is closed
     * @return the changed copy
     */
    public AdmissionOptions withBusyMessage(byte[] message) {
        return withAnswer(new BusyMessage(Objects.requireNonNull(message, "message")));
    }

    /**
     * These options with an answer for those who are turned away (refused, expired or shed): a handler that speaks to them
     * instead of the server's own, and closes the connection. It hears what a handler hears of a new connection, first of all
     * {@code channelActive}. If it has not closed the connection within {@link #withLinger the time to linger}, it is closed.
     *
     * @param answer one for all of them, and so {@code @Sharable}: a {@code ChannelInitializer}, for example, that builds a
     *     pipeline with TLS and a 503
     * @return the changed copy
     */
    public AdmissionOptions withAnswer(ChannelHandler answer) {
        return new AdmissionOptions(halfClose, preReadBytes, requireSharable(answer, "answer"), linger);
    }

    /**
     * These options with another time to linger.
     *
     * @param linger how long a connection may take to hear its answer and close, one second unless changed
     * @return the changed copy
     */
    public AdmissionOptions withLinger(Duration linger) {
        if (linger.isNegative()) {
            throw new IllegalArgumentException("linger must not be negative, was " + linger);
        }
        return new AdmissionOptions(halfClose, preReadBytes, answer, linger);
    }

    /** A handler that is to serve many channels must be declared to. */
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

    /** The time to linger, or the longest that a timer takes. */
    long lingerNanos() {
        try {
            return linger.toNanos();
        } catch (ArithmeticException e) {
            return Long.MAX_VALUE;
        }
    }
}
