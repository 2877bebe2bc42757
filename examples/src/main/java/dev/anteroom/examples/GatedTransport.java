package dev.anteroom.examples;

import dev.anteroom.transport.netty.AdmissionHandler;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.spi.transport.Transport;
import org.jspecify.annotations.Nullable;

/** Decorates a transport of Vert.x: its server channels add a gate to every connection. */
final class GatedTransport implements io.vertx.core.transport.Transport, Transport {
    private final io.vertx.core.transport.Transport base;
    private final Transport netty;
    private final GatedChildren gated;

    GatedTransport(io.vertx.core.transport.Transport base, AdmissionHandler admission) {
        this.base = base;
        netty = base.implementation();
        gated = new GatedChildren(admission);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> factory = netty.serverChannelFactory(domainSocket);
        return () -> {
            ServerChannel server = factory.newChannel();
            server.pipeline().addLast(gated);
            return server;
        };
    }

    @Override
    public String name() {
        return base.name();
    }

    @Override
    public boolean available() {
        return base.available();
    }

    @Override
    public @Nullable Throwable unavailabilityCause() {
        return base.unavailabilityCause();
    }

    @Override
    public Transport implementation() {
        return this;
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return netty.ioHandlerFactory();
    }

    @Override
    public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
        return netty.channelFactory(domainSocket);
    }

    @Override
    public DatagramChannel datagramChannel() {
        return netty.datagramChannel();
    }

    @Override
    @SuppressWarnings("deprecation") // Vert.x's own signature
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return netty.datagramChannel(family);
    }
}
