package dev.anteroom.transport.netty;

import dev.anteroom.protocol.KeepAlive;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.transport.StreamTransport;
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

/** A connection on a Netty channel. Confined to its loop. */
/*
 * While delivery is not paused, Netty reads by itself (autoRead). While it is paused, a departure is noticed as each of
 * Netty's transports allows:
 *
 *   - epoll and io_uring report a FIN or a reset although nothing is read. Before that they deliver all unread bytes,
 *     in spite of autoRead: at most what the kernel has buffered for one socket, which is kept and delivered on
 *     resumption.
 *   - NIO reports nothing. So bytes are read ahead, one read at a time, up to the bound and one more.
 *
 * None of them reports a reset after a FIN, and NIO does not report one beyond the bound. While such a departure would
 * go unreported, a timer asks the kernel.
 *
 * Netty fires channelInactive for every channel that was active, always in a later turn than the one that closed it. It
 * reports a change of writability from inside write().
 */
final class NettyTransport extends StreamTransport implements BoundedReads.Reader {
    private static final Duration CHECK_PERIOD = Duration.ofMillis(500);

    private final NettyEventLoop loop;
    private final Channel channel;
    private boolean checking;

    private NettyTransport(NettyEventLoop loop, Channel channel, Protocol protocol) {
        super(loop, protocol);
        this.loop = loop;
        this.channel = channel;
    }

    /** Replaces the handler that has waited for the connection, and notifies the connection's protocol. */
    static NettyTransport begin(ChannelHandlerContext context, NettyEventLoop loop, Protocol protocol) {
        Channel channel = context.channel();
        NettyTransport transport = new NettyTransport(loop, channel, protocol);
        if (loop.io().mustReadAhead()) {
            BoundedReads.install(channel.config(), transport);
        }
        // Once asked for, the addresses are known even after the channel is closed.
        channel.localAddress();
        channel.pipeline().replace(context.handler(), null, transport.new Handler());
        transport.begin();
        return transport;
    }

    @Override
    public void beginNext() {
        loop.beginNext();
    }

    @Override
    public SocketAddress remoteAddress() {
        return NettyIo.remoteAddress(channel);
    }

    @Override
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    @Override
    protected void startProbes(KeepAlive keepAlive) {
        loop.io().startProbes(channel, keepAlive);
    }

    // ---- input

    @Override
    public int bytesKept() {
        return mustReadAhead() ? super.bytesKept() : -1;
    }

    private boolean mustReadAhead() {
        return loop.io().mustReadAhead();
    }

    @Override
    public int bound() {
        return room();
    }

    @Override
    protected void updateReading() {
        boolean reads = !isDeliveryPaused() && wantsInput();
        channel.config().setAutoRead(reads);
        if (!reads) {
            readAhead();
        }
    }

    private void readAhead() {
        if (mustReadAhead() && wantsInput()) {
            channel.read();
        } else {
            checkLater();
        }
    }

    /** Starts a timer that checks for a departure, if Netty would not report it. */
    private void checkLater() {
        if (!checking && isUnreported()) {
            checking = true;
            loop.later(CHECK_PERIOD, () -> guard(this::check));
        }
    }

    private void check() throws IOException {
        checking = false;
        if (isUnreported()) {
            checkForDeparture();
            checkLater();
        }
    }

    /**
     * Whether Netty would not report a departure. With NIO nothing is checked once both sides have ended, because a
     * reset would look the same.
     */
    private boolean isUnreported() {
        boolean notReading = !isInputOpen() || (mustReadAhead() && !wantsInput());
        return isOpen() && notReading && !(mustReadAhead() && hasEndedBothWays());
    }

    private void checkForDeparture() throws IOException {
        if (loop.io().isReset(channel)) {
            if (!mustReadAhead()) {
                throw new IOException(NettyIo.RESET);
            }
            hungUp();
        }
    }

    // ---- output

    @Override
    protected void send(ByteBuffer data) {
        ByteBuf copy = channel.alloc().ioBuffer(data.remaining()).writeBytes(data);
        channel.writeAndFlush(copy, channel.voidPromise());
    }

    @Override
    protected long pendingBytes() {
        ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
        return pending == null ? 0 : pending.totalPendingWriteBytes();
    }

    @Override
    protected boolean hasRoom() {
        return channel.isWritable();
    }

    @Override
    protected void awaitFlush() {
        channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> {
            if (done.isSuccess()) {
                guard(this::flushed);
            }
        });
    }

    // ---- close

    @Override
    protected void sendFin() {
        ((DuplexChannel) channel).shutdownOutput();
    }

    @Override
    protected void release(boolean reset) {
        if (reset) {
            reset(channel);
        } else {
            channel.close();
        }
    }

    /**
     * Closes a channel with a reset instead of a FIN. Does nothing to a closed channel: its descriptor may belong to
     * another channel by now, which Netty does not consider.
     */
    static void reset(Channel channel) {
        if (!channel.isOpen()) {
            return;
        }
        try {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
        } catch (ChannelException e) {
            // Close with a FIN instead.
        }
        NettyIo io = NettyIo.of(channel);
        if (io != null) {
            io.breakConnection(channel);
        }
        channel.close();
    }

    // ---- events from Netty

    /** The only handler of the channel. */
    private final class Handler extends TrackedHandler {
        private Handler() {
            super(NettyTransport.this.loop);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf data = (ByteBuf) message;
            try {
                guard(() -> received(data.nioBuffer()));
            } finally {
                data.release();
            }
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            if (isDeliveryPaused() && mustReadAhead()) {
                readAhead();
            } else if (isInputOpen() && (isDeliveryPaused() || loop.io() == NettyIo.IO_URING)) {
                // Bytes that arrive although nothing is read precede the end. If the end is a reset, io_uring does not
                // report it, not even while it reads.
                guard(NettyTransport.this::checkForDeparture);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                guard(() -> {
                    inputEnded();
                    checkLater();
                });
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext context) {
            roomChanged();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            broken(cause);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            released();
        }

        @Override
        void shutDown() {
            abort();
        }
    }
}
