package dev.anteroom.transport.netty;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;

/**
 * The transport on Netty. Under the name {@code netty} it runs on NIO; the names {@code netty-nio}, {@code netty-epoll} and
 * {@code netty-io_uring} insist on one of three.
 *
 * <p>NIO is what {@code netty} means because it is right everywhere. Epoll would be the choice on Linux, but for a fault of Netty
 * 4.2.13 to 4.2.18: a channel whose peer has shut down its sending side is taken out of epoll and cannot be put back, so that
 * what is pending for that peer ends in a reset (since netty/netty pull request 16689). Containers commonly forbid io_uring.
 */
public class NettyTransportProvider implements TransportProvider {
    private final String name;

    /** For {@link java.util.ServiceLoader}: what is right everywhere. */
    public NettyTransportProvider() {
        this("netty");
    }

    private NettyTransportProvider(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /**
     * Starts event loops.
     *
     * @throws UnsupportedOperationException if this provider insists on what does not work here; it says why not
     */
    @Override
    public EventLoopGroup open(TransportOptions options) {
        return new NettyEventLoopGroup(options, io());
    }

    NettyIo io() {
        return NettyIo.NIO;
    }

    NettyIo require(NettyIo io) {
        String reason = io.whyUnavailable();
        if (!reason.isEmpty()) {
            throw new UnsupportedOperationException(
                    "transport " + name + " is not available: " + reason + "; netty runs everywhere");
        }
        return io;
    }

    /** Insists on NIO. */
    public static final class Nio extends NettyTransportProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Nio() {
            super("netty-nio");
        }

        @Override
        NettyIo io() {
            return NettyIo.NIO;
        }
    }

    /** Insists on epoll. */
    public static final class Epoll extends NettyTransportProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Epoll() {
            super("netty-epoll");
        }

        @Override
        NettyIo io() {
            return require(NettyIo.EPOLL);
        }
    }

    /** Insists on io_uring. */
    public static final class IoUring extends NettyTransportProvider {
        /** For {@link java.util.ServiceLoader}. */
        public IoUring() {
            super("netty-io_uring");
        }

        @Override
        NettyIo io() {
            return require(NettyIo.IO_URING);
        }
    }
}
