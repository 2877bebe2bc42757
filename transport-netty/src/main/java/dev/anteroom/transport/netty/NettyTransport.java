package dev.anteroom.transport.netty;

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

/** One connection. Confined to its loop. */
/*
 * While it does not hold, Netty reads by itself (autoRead). While it holds, what departs is noticed as each of Netty's transports
 * allows:
 *
 *   - epoll and io_uring report a FIN or a reset although nobody reads. On the way they deliver all that is unread, in spite of
 *     autoRead: at most what the kernel has buffered for one socket, which is held, and delivered on resumption.
 *   - NIO reports nothing. So bytes are read ahead, one read at a time, up to the bound and one more.
 *
 * A reset after a FIN, and with NIO one beyond the bound, is reported by none of them. So while a connection is unheard in this
 * way the kernel is asked, on a timer.
 *
 * Netty says channelInactive for every channel that was active, always in a later turn than the one that closed it. It tells a change
 * of writability from inside write().
 */
final class NettyTransport extends StreamTransport implements BoundedReads.Reader {
    private static final Duration WATCH_PERIOD = Duration.ofMillis(500);

    private final NettyEventLoop loop;
    private final Channel channel;
    private boolean watching;

    private NettyTransport(NettyEventLoop loop, Channel channel, Protocol protocol) {
        super(loop, protocol);
        this.loop = loop;
        this.channel = channel;
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
        channel.pipeline().replace(context.handler(), null, transport.new Handler());
        transport.begin();
        return transport;
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
        boolean reads = !isHolding() && wantsInput();
        channel.config().setAutoRead(reads);
        if (!reads) {
            readAhead();
        }
    }

    private void readAhead() {
        if (mustReadAhead() && wantsInput()) {
            channel.read();
        } else {
            watch();
        }
    }

    /** Begins to ask for a departure, if nobody is going to tell. */
    private void watch() {
        if (!watching && isUnheard()) {
            watching = true;
            loop.later(WATCH_PERIOD, () -> guard(this::look));
        }
    }

    private void look() throws IOException {
        watching = false;
        if (isUnheard()) {
            askForDeparture();
            watch();
        }
    }

    /** With NIO, a reset of a connection that is over both ways looks like what it is already known to be. */
    private boolean isUnheard() {
        boolean nobodyReads = !isInputOpen() || (mustReadAhead() && !wantsInput());
        return isOpen() && nobodyReads && !(mustReadAhead() && hasEndedBothWays());
    }

    private void askForDeparture() throws IOException {
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

    // ---- the end

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
        NettyIo io = NettyIo.of(channel);
        if (io != null) {
            io.breakConnection(channel);
        }
        channel.close();
    }

    // ---- what Netty tells

    /** The only handler of the channel. */
    private final class Handler extends Resident {
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
            if (isHolding() && mustReadAhead()) {
                readAhead();
            } else if (isInputOpen() && (isHolding() || loop.io() == NettyIo.IO_URING)) {
                // What has come although nobody reads came before the end; if that is a reset, io_uring does not say
                // so,
                // nor while it reads.
                guard(NettyTransport.this::askForDeparture);
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                guard(() -> {
                    inputEnded();
                    watch();
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
