package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.WARNING;

import dev.anteroom.protocol.ProtocolFactory;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/**
 * Waits until an accepted connection is registered with its loop, and then gives way to the connection's transport.
 */
final class AcceptedHandler extends TrackedHandler {
    private final ProtocolFactory factory;
    private @Nullable Channel channel;

    AcceptedHandler(NettyEventLoop loop, ProtocolFactory factory) {
        super(loop);
        this.factory = factory;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        NettyTransport.begin(context, loop, factory.buildProtocol(NettyIo.remoteAddress(channel)));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        NettyEventLoop.LOGGER.log(WARNING, "a protocol factory failed; the connection is aborted", cause);
        shutDown();
    }

    @Override
    void shutDown() {
        if (channel != null) {
            NettyTransport.reset(channel);
        }
    }
}
