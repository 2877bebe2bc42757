package dev.anteroom.gateway.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;

/**
 * The socket that is standard input. It is never closed, because the process that passed it goes on listening after
 * this program has ended, and because the JDK would close standard error with it.
 */
final class InheritedSocket {
    private InheritedSocket() {}

    /** Returns the socket, the same one each time. */
    static ServerSocketChannel get() throws IOException {
        Channel channel = System.inheritedChannel();
        if (channel instanceof ServerSocketChannel listening
                && listening.getLocalAddress() instanceof InetSocketAddress) {
            return listening;
        }
        throw new IOException("standard input is not a listening TCP socket");
    }
}
