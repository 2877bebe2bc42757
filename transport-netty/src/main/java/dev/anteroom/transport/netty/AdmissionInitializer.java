package dev.anteroom.transport.netty;

import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;

/**
 * Puts a gate before a Netty server, as {@link AdmissionHandler} does, and builds a channel's pipeline only on
 * admission. A waiting connection has none of the server's handlers, and so none of their buffers, TLS engines or
 * timers.
 *
 * <pre>{@code
 * bootstrap.childHandler(new AdmissionInitializer(gate, new MyServerInitializer(tls)));
 * }</pre>
 */
public final class AdmissionInitializer extends ChannelInitializer<Channel> {
    private final AdmissionHandler admission;

    /**
     * Creates an initializer with {@linkplain AdmissionOptions#defaults() the default options}.
     *
     * @param gate decides which connections are served, and when
     * @param childHandler the handler that {@code ServerBootstrap.childHandler} would take; added to a channel's
     *     pipeline on admission
     */
    public AdmissionInitializer(AdmissionGate gate, ChannelHandler childHandler) {
        this(gate, AdmissionOptions.defaults(), childHandler);
    }

    /**
     * Creates an initializer.
     *
     * @param gate decides which connections are served, and when
     * @param options how to treat connections that wait or are turned away
     * @param childHandler the handler that {@code ServerBootstrap.childHandler} would take; added to a channel's
     *     pipeline on admission
     */
    public AdmissionInitializer(AdmissionGate gate, AdmissionOptions options, ChannelHandler childHandler) {
        admission = new AdmissionHandler(gate, options, AdmissionOptions.requireSharable(childHandler, "childHandler"));
    }

    @Override
    protected void initChannel(Channel channel) {
        channel.pipeline().addLast(admission);
    }
}
