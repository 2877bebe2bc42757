import org.jspecify.annotations.NullMarked;

/** The transport on Netty; and an admission gate for any Netty server. */
@NullMarked
module dev.anteroom.transport.netty {
    requires transitive dev.anteroom.api;
    requires transitive io.netty.transport;
    requires io.netty.buffer;
    requires io.netty.common;
    requires jdk.net;
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.netty.transport.unix.common;

    exports dev.anteroom.transport.netty;

    provides dev.anteroom.protocol.TransportProvider with
            dev.anteroom.transport.netty.NettyTransportProvider,
            dev.anteroom.transport.netty.NettyTransportProvider.Nio,
            dev.anteroom.transport.netty.NettyTransportProvider.Epoll,
            dev.anteroom.transport.netty.NettyTransportProvider.IoUring;
}
