package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.WARNING;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One connection: the only handler of its channel. Confined to its loop. */
/*
 * The states are those of the transport on java.nio.
 *
 * The connection itself:
 *
 *     OPEN --close()--> CLOSING --the FIN sent, and the peer's seen or awaited long enough--> LOST
 *     OPEN, CLOSING --abort(), reset, a protocol that throws----------------------------------> LOST
 *     OPEN --both sides have shut down---------------------------------------------------------> LOST
 *
 * In LOST only connectionLost is called, when Netty says channelInactive, which it always does in a later turn.
 *
 * Its input:
 *
 *     OPEN --ChannelInputShutdownEvent--> ENDED --every byte is delivered--> TOLD (inputClosed)
 *
 * Delivery of the input. `paused` is what the protocol wants and changes at once; `holding` is what happens, and ends in a
 * later turn. While it does not hold, Netty reads by itself (autoRead). While it holds, what departs is noticed as each
 * of Netty's transports allows:
 *
 *   - epoll and io_uring report a FIN or a reset although nobody reads. On the way they deliver all that is unread, in spite of
 *     autoRead: at most what the kernel has buffered for one socket, which is held, and delivered on resumption.
 *   - NIO reports nothing. So bytes are read ahead, one read at a time, up to the bound and one more: if just as many bytes as
 *     the bound came before the FIN, then the read after them must still be tried.
 *
 * A reset after a FIN, and with NIO one beyond the bound, is reported by none of them. So while a connection is unheard in this
 * way the kernel is asked, on a timer.
 *
 * Netty tells a change of writability from inside write(), so it is passed on in a later turn.
 */
final class NettyTransport extends Resident implements Transport, BoundedReads.Reader {
    private enum State {
        OPEN,
        CLOSING,
        LOST
    }

    private enum Input {
        OPEN,
        ENDED,
        TOLD
    }

    /** Bytes handed over at once at most of those that were held. */
    private static final int SLICE = 64 * 1024;

    private static final Duration WATCH_PERIOD = Duration.ofMillis(500);

    private final Channel channel;
    private final Protocol protocol;

    private State state = State.OPEN;
    private Input input = Input.OPEN;
    private @Nullable HeldBytes held;
    private @Nullable Throwable reason;

    /** When a connection that is closing is to be gone: first for want of a peer that reads, then of one that closes. */
    private EventLoop.@Nullable Cancellable deadline;

    private boolean paused;
    private boolean holding;
    private boolean watching;
    private boolean endSeenTold;
    private boolean outputEnding;
    private boolean outputFlushed;
    private boolean outputEnded;
    private boolean lingering;
    private boolean writabilityToTell;

    private NettyTransport(NettyEventLoop loop, Channel channel, Protocol protocol) {
        super(loop);
        this.channel = channel;
        this.protocol = protocol;
    }

    /** Takes the place of the handler that has awaited the connection, and makes the connection known to its protocol. */
    static NettyTransport begin(ChannelHandlerContext context, NettyEventLoop loop, Protocol protocol) {
        Channel channel = context.channel();
        NettyTransport transport = new NettyTransport(loop, channel, protocol);
        if (loop.io().mustReadAhead()) {
            BoundedReads.install(channel.config(), transport);
        }
        // Asked for once, the addresses are known even after the channel is closed.
        channel.localAddress();
        channel.pipeline().replace(context.handler(), null, transport);
        transport.guard(() -> {
            protocol.connectionMade(transport);
            transport.read();
        });
        return transport;
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public void letNextBegin() {
        loop.letNextBegin();
    }

    @Override
    public SocketAddress remoteAddress() {
        return NettyIo.remoteAddress(channel);
    }

    @Override
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    // ---- input

    @Override
    public void pauseReading() {
        if (state == State.OPEN) {
            paused = true;
            if (!holding) {
                holding = true;
                channel.config().setAutoRead(false);
                read();
            }
            if (input == Input.ENDED) {
                later(this::tellEndOfInput);
            }
        }
    }

    @Override
    public void resumeReading() {
        if (state == State.OPEN && paused) {
            paused = false;
            later(this::continueReading);
        }
    }

    @Override
    public int bytesKept() {
        return loop.io().mustReadAhead() ? keptIn(held) : -1;
    }

    @Override
    public boolean isReading() {
        return !paused;
    }

    private void continueReading() {
        if (state == State.OPEN && holding && !paused) {
            holding = false;
            deliverHeld();
            tellEndOfInput();
            read();
        }
    }

    /** Has Netty read, if there is still something to come that is wanted. */
    private void read() {
        if (state == State.LOST || input != Input.OPEN) {
            return;
        }
        if (!holding || state == State.CLOSING) {
            channel.config().setAutoRead(true);
        } else if (loop.io().mustReadAhead() && room() > 0) {
            channel.read();
        } else {
            watch();
        }
    }

    @Override
    public int room() {
        return holding ? loop.options().preReadBytes() + 1 - keptIn(held) : Integer.MAX_VALUE;
    }

    private static int keptIn(@Nullable HeldBytes held) {
        return held == null ? 0 : held.length();
    }

    private HeldBytes held() {
        if (held == null) {
            held = new HeldBytes();
        }
        return held;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf data = (ByteBuf) message;
        try {
            if (state == State.OPEN) {
                deliver(data);
            }
        } finally {
            data.release();
        }
    }

    private void deliver(ByteBuf data) {
        if (holding) {
            held().add(data);
            return;
        }
        ByteBuffer view = data.nioBuffer();
        protocol.dataReceived(view);
        if (holding && view.hasRemaining()) {
            held().add(view);
        }
    }

    private void deliverHeld() {
        while (held != null && !holding && state == State.OPEN) {
            ByteBuffer slice = held.take(SLICE);
            protocol.dataReceived(slice);
            if (holding && held != null) {
                held.putBack(slice);
            }
            if (keptIn(held) == 0) {
                held = null;
            }
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (holding && loop.io().mustReadAhead()) {
            read();
        } else if (input == Input.OPEN && (holding || loop.io() == NettyIo.IO_URING)) {
            // What has come although nobody reads came before the end; if that is a reset, io_uring does not say so,
            // nor while it reads.
            loseIfReset();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE && input == Input.OPEN) {
            input = Input.ENDED;
            tellEndOfInput();
            watch();
        }
    }

    private void tellEndOfInput() {
        if (state == State.CLOSING) {
            endIfDone();
        } else if (state == State.OPEN && input == Input.ENDED) {
            if (!holding) {
                input = Input.TOLD;
                protocol.inputClosed(this);
                endIfDone();
            } else if (paused && !endSeenTold) {
                endSeenTold = true;
                protocol.endOfInputSeen(this);
            }
        }
    }

    /** Begins to ask for a reset, if nobody is going to tell. */
    private void watch() {
        if (!watching && isUnheard()) {
            watching = true;
            loop.later(
                    WATCH_PERIOD,
                    () -> guard(() -> {
                        watching = false;
                        if (isUnheard()) {
                            loseIfReset();
                            watch();
                        }
                    }));
        }
    }

    private boolean isUnheard() {
        boolean readAheadEnough = loop.io().mustReadAhead() && holding && room() <= 0;
        return state == State.OPEN && !outputEnded && (input != Input.OPEN || readAheadEnough);
    }

    private void loseIfReset() {
        if (loop.io().isReset(channel)) {
            lose(new IOException("the peer reset the connection"));
        }
    }

    // ---- output

    @Override
    public void write(ByteBuffer data) {
        if (state == State.OPEN && !outputEnding) {
            long pending = pendingBytes();
            if (pending > loop.options().maxPendingBytes()) {
                lose(new IOException("a write found " + pending + " bytes pending; maxPendingBytes is "
                        + loop.options().maxPendingBytes()));
            } else if (data.hasRemaining()) {
                ByteBuf copy = channel.alloc().ioBuffer(data.remaining()).writeBytes(data);
                channel.writeAndFlush(copy, channel.voidPromise());
            }
        }
        data.position(data.limit());
    }

    private long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    @Override
    public boolean isWritable() {
        return state == State.OPEN && !outputEnding && channel.isWritable();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!writabilityToTell) {
            writabilityToTell = true;
            later(this::tellWritability);
        }
    }

    /** Tells it even if it has changed back: whoever has seen that the connection is not writable waits for this. */
    private void tellWritability() {
        writabilityToTell = false;
        if (state == State.OPEN && !outputEnding) {
            protocol.writabilityChanged(isWritable());
        }
    }

    // ---- the end

    @Override
    public void shutdownOutput() {
        if (state == State.OPEN && !outputEnding) {
            outputEnding = true;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(flushed -> {
                if (flushed.isSuccess()) {
                    outputFlushed = true;
                    endIfDone();
                }
            });
        }
    }

    @Override
    public void close() {
        if (state == State.OPEN) {
            shutdownOutput();
            state = State.CLOSING;
            held = null;
            if (!outputFlushed) {
                deadline(loop.options().flushTimeout(), this::giveUp);
            }
            endIfDone();
            read();
        }
    }

    private void giveUp() {
        lose(new IOException("the peer took too long to read: " + pendingBytes()
                + " bytes were pending; flushTimeout is " + loop.options().flushTimeout()));
    }

    @Override
    public void abort() {
        lose(null);
    }

    /** Sends the FIN when all before it is sent, and lets the connection go when nothing more is to come from the peer. */
    private void endIfDone() {
        if (!outputFlushed || state == State.LOST) {
            return;
        }
        boolean nothingToCome = state == State.CLOSING ? input != Input.OPEN : input == Input.TOLD;
        if (nothingToCome) {
            finish();
            return;
        }
        if (!outputEnded) {
            outputEnded = true;
            ((DuplexChannel) channel).shutdownOutput();
        }
        if (state == State.CLOSING && !lingering) {
            lingering = true;
            deadline(loop.options().linger(), this::finish);
        }
    }

    private void deadline(Duration delay, Runnable end) {
        cancelDeadline();
        deadline = loop.later(delay, end);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
        }
    }

    private void finish() {
        if (state != State.LOST) {
            state = State.LOST;
            channel.close();
        }
    }

    /** Breaks the connection. A reset after everything was sent, and while only the peer's FIN is awaited, breaks nothing. */
    private void lose(@Nullable Throwable cause) {
        if (state != State.LOST) {
            boolean inOrder = state == State.CLOSING && outputEnded && cause instanceof IOException;
            reason = inOrder ? null : cause;
            state = State.LOST;
            reset(channel);
        }
    }

    /** Closes with a reset instead of a FIN. A closed channel's descriptor may be another's by now, of which Netty takes no account. */
    static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // The FIN will have to do.
        }
        channel.close();
    }

    @Override
    void shutDown() {
        abort();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lose(cause);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        state = State.LOST;
        held = null;
        cancelDeadline();
        try {
            protocol.connectionLost(reason);
        } catch (Throwable e) {
            NettyEventLoop.LOGGER.log(WARNING, "a protocol failed in connectionLost", e);
        }
    }

    // ---- the loop

    private void later(Runnable turn) {
        loop.later(() -> guard(turn));
    }

    /** Runs what may end this connection; what is thrown is the end of it and of nothing else. */
    private void guard(Runnable turn) {
        if (state != State.LOST) {
            try {
                turn.run();
            } catch (Throwable e) {
                lose(e);
            }
        }
    }
}
