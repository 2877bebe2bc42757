package dev.anteroom.examples;

import dev.anteroom.transport.netty.AdmissionHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Adds the gate at the head of the pipeline of every connection that a server channel accepts, for servers without a
 * hook for it. Add this handler to the pipeline of the server channel, which a connection passes before the server sees
 * it.
 */
@Sharable
final class GatedChildren extends ChannelInboundHandlerAdapter {
    private final AdmissionHandler admission;

    GatedChildren(AdmissionHandler admission) {
        this.admission = admission;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
        ((Channel) child).pipeline().addFirst(admission);
        context.fireChannelRead(child);
    }
}
