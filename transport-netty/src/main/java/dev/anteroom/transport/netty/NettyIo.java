package dev.anteroom.transport.netty;

import dev.anteroom.protocol.KeepAlive;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import jdk.net.ExtendedSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * One of Netty's ways to perform input and output. The classes of a native one may be missing, so only the methods of
 * its own constant use them.
 */
enum NettyIo {
    NIO {
        @Override
        @Nullable
        Throwable unavailabilityCause() {
            return null;
        }

        @Override
        IoHandlerFactory handlers() {
            return NioIoHandler.newFactory();
        }

        @Override
        ServerChannel newServerChannel() {
            return new NioServerSocketChannel();
        }

        @Override
        ServerChannel newIpv4ServerChannel() {
            return new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET);
        }

        @Override
        ServerChannel serverChannel(ServerSocketChannel channel) {
            return new NioServerSocketChannel(channel);
        }

        @Override
        Channel newChannel() {
            return new NioSocketChannel();
        }

        @Override
        boolean hasFailed(Channel channel) {
            return NioResetCheck.isReset(((AbstractNioChannel.NioUnsafe) channel.unsafe()).ch());
        }

        @Override
        void setKeepAlive(Channel channel, KeepAlive keepAlive) {
            ChannelConfig config = channel.config();
            config.setOption(NioChannelOption.of(StandardSocketOptions.SO_KEEPALIVE), true);
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), keepAlive.intervalSeconds());
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), keepAlive.probes());
            config.setOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), keepAlive.idleSeconds());
        }

        @Override
        void stopListening(ServerChannel channel) {}
    },
    EPOLL {
        @Override
        @Nullable
        Throwable unavailabilityCause() {
            return Epoll.unavailabilityCause();
        }

        @Override
        IoHandlerFactory handlers() {
            return SteadyEpoll.newFactory();
        }

        @Override
        ServerChannel newServerChannel() {
            return new EpollServerSocketChannel();
        }

        @Override
        ServerChannel newIpv4ServerChannel() {
            return new EpollServerSocketChannel(SocketProtocolFamily.INET);
        }

        @Override
        Channel newChannel() {
            return new EpollSocketChannel();
        }

        @Override
        boolean hasFailed(Channel channel) {
            return hasError((UnixChannel) channel);
        }
    },
    IO_URING {
        @Override
        @Nullable
        Throwable unavailabilityCause() {
            return IoUring.unavailabilityCause();
        }

        @Override
        IoHandlerFactory handlers() {
            return IoUringIoHandler.newFactory();
        }

        @Override
        ServerChannel newServerChannel() {
            return new IoUringServerSocketChannel();
        }

        @Override
        Channel newChannel() {
            return new IoUringSocketChannel();
        }

        /**
         * Breaks the connection before the channel is closed, which ends a pending send. If the peer has half-closed, a
         * send that the kernel has taken would keep the closed channel open until the peer reads, because Netty 4.2.18
         * does not cancel it.
         */
        @Override
        void breakConnection(Channel channel) {
            try {
                ((Socket) ((UnixChannel) channel).fd()).disconnect();
            } catch (IOException e) {
                // The connection is broken already.
            }
        }

        @Override
        boolean hasFailed(Channel channel) {
            return hasError((UnixChannel) channel);
        }
    };

    /** Linux's numbers, because the native transports run nowhere else. */
    private static final int IPPROTO_TCP = 6;

    private static final int TCP_KEEPIDLE = 4;
    private static final int TCP_KEEPINTVL = 5;
    private static final int TCP_KEEPCNT = 6;

    /** Reason of the loss of a connection for which {@link #isReset} returns true. */
    static final String RESET = "the peer has reset the connection, or does not answer any more";

    /** Placeholder for the address of a peer that was gone before io_uring could ask for it. */
    private static final SocketAddress UNKNOWN = InetSocketAddress.createUnresolved("unknown", 0);

    /**
     * Returns the constant that a channel belongs to, which need not be a channel of this transport; null if it is none
     * of these.
     */
    static @Nullable NettyIo of(Channel channel) {
        if (channel instanceof AbstractNioChannel) {
            return NIO;
        }
        return switch (channel.getClass().getName()) {
            case "io.netty.channel.epoll.EpollSocketChannel" -> EPOLL;
            case "io.netty.channel.uring.IoUringSocketChannel" -> IO_URING;
            default -> null;
        };
    }

    /** Returns the peer's address, never null. */
    static SocketAddress remoteAddress(Channel channel) {
        SocketAddress address = channel.remoteAddress();
        return address == null ? UNKNOWN : address;
    }

    /** Returns in one line why this constant cannot be used; empty if it can. */
    String unavailabilityReason() {
        Throwable cause;
        try {
            cause = unavailabilityCause();
        } catch (LinkageError e) {
            return "Netty's classes for it are not on the path";
        }
        if (cause == null) {
            return "";
        }
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    /** Returns why this constant cannot be used; null if it can. Throws a LinkageError if its classes are missing. */
    abstract @Nullable Throwable unavailabilityCause();

    abstract IoHandlerFactory handlers();

    abstract ServerChannel newServerChannel();

    /**
     * Returns a channel for an IPv4 address, which takes connections over IPv4 only. Netty 4.2.18 has only dual-stack
     * channels for io_uring.
     */
    ServerChannel newIpv4ServerChannel() {
        return newServerChannel();
    }

    /** Returns a server channel around a channel that is open already. */
    ServerChannel serverChannel(ServerSocketChannel channel) {
        throw new UnsupportedOperationException(
                "the native transports of Netty can only accept from sockets of their own");
    }

    abstract Channel newChannel();

    /** Whether only reading reveals a departure. */
    boolean mustReadAhead() {
        return this == NIO;
    }

    /**
     * Asks the kernel whether the peer has reset the connection. Called on the channel's loop, and with NIO before a
     * FIN was sent to the peer. The kernel is not asked about a closed channel, because its descriptor may belong to
     * another channel by now.
     */
    final boolean isReset(Channel channel) {
        return channel.isOpen() && hasFailed(channel);
    }

    abstract boolean hasFailed(Channel channel);

    /**
     * Breaks a connection that is about to be closed with a reset, where closing it with SO_LINGER 0 is not enough.
     */
    void breakConnection(Channel channel) {}

    /**
     * Reads and clears the socket's error, which a reset leaves behind. The state of the connection would not do: it is
     * CLOSE after a reset, but also when both sides have shut down and some bytes are still unread.
     */
    private static boolean hasError(UnixChannel channel) {
        try {
            return ((Socket) channel.fd()).getSoError() != 0;
        } catch (IOException e) {
            return true;
        }
    }

    /**
     * Lets the kernel probe the peer, unless the connection is broken. Called on the channel's loop. The options of a
     * closed channel are left alone, because its descriptor may belong to another channel by now.
     */
    final void startProbes(Channel channel, KeepAlive keepAlive) {
        if (channel.isOpen()) {
            try {
                setKeepAlive(channel, keepAlive);
            } catch (ChannelException | IOException e) {
                // A broken connection reports its state when it is read.
            }
        }
    }

    /** Sets the options in the order that {@link NettyTransport#startProbes} asks for. */
    void setKeepAlive(Channel channel, KeepAlive keepAlive) throws IOException {
        Socket socket = (Socket) ((UnixChannel) channel).fd();
        socket.setKeepAlive(true);
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPINTVL, keepAlive.intervalSeconds());
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPCNT, keepAlive.probes());
        socket.setIntOpt(IPPROTO_TCP, TCP_KEEPIDLE, keepAlive.idleSeconds());
    }

    /**
     * Frees the port at once, from any thread, although the descriptor is still open. Does nothing where that is
     * impossible.
     */
    void stopListening(ServerChannel channel) {
        try {
            ((Socket) ((UnixChannel) channel).fd()).shutdown();
        } catch (IOException e) {
            // The socket is closed already.
        }
    }
}
