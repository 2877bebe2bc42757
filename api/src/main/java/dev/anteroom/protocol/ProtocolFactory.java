package dev.anteroom.protocol;

import java.net.SocketAddress;

/**
 * Builds the protocol of each accepted connection.
 *
 * <p>The connections of a listener begin one at a time, in the order in which the kernel completed them, whichever
 * loops serve them. The factory is asked for the next protocol when {@link Protocol#connectionMade} of the previous one
 * has returned, or has called {@link Transport#beginNext()}. A factory that blocks therefore delays every newcomer
 * of its listener.
 */
@FunctionalInterface
public interface ProtocolFactory {
    /**
     * Builds the protocol of a connection that has just been accepted. Called on the connection's event loop. If it
     * throws, the connection is aborted.
     *
     * @param remote the peer's address
     * @return the protocol, whose {@code connectionMade} is called next
     */
    Protocol buildProtocol(SocketAddress remote);
}
