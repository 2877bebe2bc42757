package dev.anteroom.protocol;

import java.net.SocketAddress;

/** Makes the protocol of each accepted connection. */
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
