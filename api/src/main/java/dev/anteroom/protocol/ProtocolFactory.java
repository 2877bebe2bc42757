package dev.anteroom.protocol;

import java.net.SocketAddress;

/**
 * Makes the protocol of each accepted connection.
 *
 * <p>The connections of a listener begin in the order in which the kernel completed them, whichever loops serve them, and one at a
 * time: the factory is asked for the next protocol when {@link Protocol#connectionMade} of the one before has returned, or has
 * called {@link Transport#letNextBegin()}. A factory that blocks therefore delays every newcomer of its listener.
 */
@FunctionalInterface
public interface ProtocolFactory {
    /**
     * Builds the protocol of a connection that has just been accepted. Called on the connection's event loop; if it throws,
     * the connection is aborted.
     *
     * @param remote the peer's address
     * @return the protocol, whose {@code connectionMade} is called next
     */
    Protocol buildProtocol(SocketAddress remote);
}
