package dev.anteroom.transport.netty;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;

/**
 * The transport on Netty. Under the name {@code netty} it runs on epoll where that is on the path and works, and on NIO
 * otherwise; the names {@code netty-nio}, {@code netty-epoll} and {@code netty-io_uring} insist on one of three.
 *
 * <p>Epoll comes first because it notices more of the departed than NIO does. Io_uring, which notices as much, is only taken if
 * asked for: what a container commonly forbids should not be what a test machine happens to run on.
 */
public class NettyTransportProvider implements TransportProvider {
    private final String name;

    /** For {@link java.util.ServiceLoader}: the best that works here. */
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
        return NettyIo.EPOLL.whyUnavailable().isEmpty() ? NettyIo.EPOLL : NettyIo.NIO;
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
