package dev.anteroom.transport.netty;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;

/**
 * Sends a message and a FIN, and closes the channel when the peer closes. Until then it reads and discards what the
 * peer sends: a channel that is closed with unread bytes sends a reset, which destroys the answer on its way.
 */
@Sharable
final class BusyMessage extends ChannelInboundHandlerAdapter {
    private final byte[] message;

    BusyMessage(byte[] message) {
        this.message = message.clone();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.channel().config().setAutoRead(true);
        context.writeAndFlush(Unpooled.wrappedBuffer(message)).addListener(written -> {
            if (context.channel() instanceof DuplexChannel channel) {
                channel.shutdownOutput();
            } else {
                context.close();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }
}
