package dev.anteroom.transport.netty;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Closes an io_uring channel whose peer has sent bytes and reset it right behind them. Netty 4.2.18 reads the bytes and
 * never notices the reset, so the channel would stay open and active for ever, and keep its slot as long.
 */
@Sharable
final class IoUringResetHandler extends ChannelInboundHandlerAdapter {
    private static final IoUringResetHandler INSTANCE = new IoUringResetHandler();

    private IoUringResetHandler() {}

    /** Adds this handler behind one that is about to leave the pipeline, if the channel needs it. */
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
