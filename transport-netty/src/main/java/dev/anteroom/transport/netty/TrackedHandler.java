package dev.anteroom.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * A handler of the transport's own channels. Its loop tracks it while it is in a pipeline: when the loop shuts down,
 * Netty does not close every channel on it.
 */
abstract class TrackedHandler extends ChannelInboundHandlerAdapter {
    final NettyEventLoop loop;

    /** Neighbours in the loop's list. */
    @Nullable
    TrackedHandler older;

    @Nullable
    TrackedHandler newer;

    TrackedHandler(NettyEventLoop loop) {
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

    /** Aborts the channel, because the loop ends. */
    abstract void shutDown();
}
