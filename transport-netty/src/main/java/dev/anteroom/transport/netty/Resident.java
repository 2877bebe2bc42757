package dev.anteroom.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * A handler that belongs to this transport's own channels. Its loop knows it for as long as it is in a pipeline, because when the loop
 * is to end it does not itself end what lives on it in every case.
 */
abstract class Resident extends ChannelInboundHandlerAdapter {
    final NettyEventLoop loop;

    /** The neighbours in the loop's list. */
    @Nullable
    Resident older;

    @Nullable
    Resident newer;

    Resident(NettyEventLoop loop) {
        this.loop = loop;
    }

    @Override
    public final void handlerAdded(ChannelHandlerContext context) {
        loop.add(this);
    }

    @Override
    public final void handlerRemoved(ChannelHandlerContext context) {
        loop.remove(this);
    }

    /** The loop ends: gives the channel up. */
    abstract void shutDown();
}
