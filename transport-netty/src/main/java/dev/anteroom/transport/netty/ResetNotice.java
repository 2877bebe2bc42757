package dev.anteroom.transport.netty;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Closes a channel of io_uring whose peer has reset it right behind what it had sent. Netty (4.2.18) reads what was sent, and never finds out
 * about the reset: such a channel stays open and active for ever, and would hold its slot as long.
 */
@Sharable
final class ResetNotice extends ChannelInboundHandlerAdapter {
    private static final ResetNotice INSTANCE = new ResetNotice();

    private ResetNotice() {}

    /** Leaves one behind when a handler is about to step aside, if the channel needs it. */
    static void addBehind(ChannelHandlerContext handler) {
        if (NettyIo.of(handler.channel()) == NettyIo.IO_URING) {
            handler.pipeline().addAfter(handler.name(), null, INSTANCE);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (context.channel().isActive() && NettyIo.IO_URING.isReset(context.channel())) {
            context.close();
        }
    }
}
