package dev.anteroom.transport.netty;

import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;

/**
 * Puts a gate before a Netty server, as {@link AdmissionHandler} does, and builds a channel's pipeline only on admission: a
 * connection that waits holds none of its handlers, neither buffers nor TLS engines nor timers.
 *
 * <pre>{@code
 * bootstrap.childHandler(new AdmissionInitializer(gate, new MyServerInitializer(tls)));
 * }</pre>
 */
public final class AdmissionInitializer extends ChannelInitializer<Channel> {
    private final AdmissionHandler admission;

    /**
     * Gates channels, with {@linkplain AdmissionOptions#defaults() the default options}.
     *
     * @param gate who is admitted
     * @param childHandler what {@code ServerBootstrap.childHandler} would be given; added to a channel's pipeline on admission
     */
    public AdmissionInitializer(AdmissionGate gate, ChannelHandler childHandler) {
        this(gate, AdmissionOptions.defaults(), childHandler);
    }

    /**
     * Gates channels.
     *
     * @param gate who is admitted
     * @param options how those are treated who wait and who are turned away
     * @param childHandler what {@code ServerBootstrap.childHandler} would be given; added to a channel's pipeline on admission
     */
    public AdmissionInitializer(AdmissionGate gate, AdmissionOptions options, ChannelHandler childHandler) {
        admission = new AdmissionHandler(gate, options, AdmissionOptions.requireSharable(childHandler, "childHandler"));
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(admission);
    }
}
