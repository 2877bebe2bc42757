package dev.anteroom.transport.netty;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;

/**
 * The transport on Netty. By the name {@code netty} it runs on epoll if that is on the path and works, and on NIO
 * otherwise. The names {@code netty-nio}, {@code netty-epoll} and {@code netty-io_uring} select one of the three.
 *
 * <p>Epoll comes first because it notices more departures than NIO. Io_uring notices as many, but is used only by its
 * own name: containers commonly forbid it, so a default could differ between a test machine and production.
 */
public class NettyTransportProvider implements TransportProvider {
    private final String name;

    /** Creates a provider for {@link java.util.ServiceLoader}, which uses the best transport that works here. */
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
     * @throws UnsupportedOperationException if this provider selects a transport that does not work here; the message
     *     says why not
     */
    @Override
    public EventLoopGroup open(TransportOptions options) {
        return new NettyEventLoopGroup(options, io());
    }

    NettyIo io() {
        return NettyIo.EPOLL.unavailabilityReason().isEmpty() ? NettyIo.EPOLL : NettyIo.NIO;
    }

    NettyIo require(NettyIo io) {
        String reason = io.unavailabilityReason();
        if (!reason.isEmpty()) {
            throw new UnsupportedOperationException(
                    "transport " + name + " is not available: " + reason + "; netty runs everywhere");
        }
        return io;
    }

    /** The transport on NIO. */
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

    /** The transport on epoll. */
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

    /** The transport on io_uring. */
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
