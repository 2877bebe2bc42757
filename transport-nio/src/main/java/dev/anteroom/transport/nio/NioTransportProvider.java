package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;

/** The transport on {@code java.nio} alone, found under the name {@code nio}. */
public final class NioTransportProvider implements TransportProvider {
    /** For {@link java.util.ServiceLoader}. */
    public NioTransportProvider() {}

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public EventLoopGroup open(TransportOptions options) {
        return NioEventLoopGroup.open(options);
    }
}
