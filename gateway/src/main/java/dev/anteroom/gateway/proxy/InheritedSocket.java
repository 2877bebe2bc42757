package dev.anteroom.gateway.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;

/**
 * The socket that is standard input. It is never closed: whoever has passed it goes on listening when this program has ended, and
 * the JDK would take standard error away with it.
 */
final class InheritedSocket {
    private InheritedSocket() {}

    /** Gives the same each time. */
    static ServerSocketChannel get() throws IOException {
        Channel channel = System.inheritedChannel();
        if (channel instanceof ServerSocketChannel listening
                && listening.getLocalAddress() instanceof InetSocketAddress) {
            return listening;
        }
        throw new IOException("standard input is no TCP socket that listens");
    }
}
