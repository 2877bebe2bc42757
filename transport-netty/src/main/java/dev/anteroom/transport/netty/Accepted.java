package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.WARNING;

import dev.anteroom.protocol.ProtocolFactory;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import org.jspecify.annotations.Nullable;

/** Awaits that an accepted connection has arrived on its loop, and makes way for it. */
final class Accepted extends Resident {
    private final ProtocolFactory factory;
    private @Nullable Channel channel;

    Accepted(NettyEventLoop loop, ProtocolFactory factory) {
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
        NettyEventLoop.LOGGER.log(WARNING, "a protocol factory failed: its connection is aborted", cause);
        shutDown();
    }

    @Override
    void shutDown() {
        if (channel != null) {
            NettyTransport.reset(channel);
        }
    }
}
