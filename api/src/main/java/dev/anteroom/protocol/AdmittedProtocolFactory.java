package dev.anteroom.protocol;

import dev.anteroom.gate.Admission;
import java.net.SocketAddress;

/**
 * Builds the protocol of an admitted connection, for protocols that decide themselves when to give back their slot. A
 * proxy, for example, gives it back only when its upstream connection is closed.
 */
@FunctionalInterface
public interface AdmittedProtocolFactory {
    /**
     * Builds the protocol of a connection that holds a slot. Called on the connection's event loop. If it throws, the
     * connection is aborted and the slot is given back.
     *
     * @param remote the peer's address
     * @param admission the slot, which the protocol must {@linkplain Admission#leave() leave}, at the latest some time
     *     after its {@code connectionLost}
     * @return the protocol, whose {@code connectionMade} is called next
     */
    Protocol buildProtocol(SocketAddress remote, Admission admission);
}
