package dev.anteroom.examples;

import dev.anteroom.transport.netty.AdmissionHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Puts the gate first into the pipeline of every connection that a server channel accepts, for a server that lets nobody else
 * do it. It belongs into the server channel's own pipeline, where a connection passes before the server knows of it.
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
