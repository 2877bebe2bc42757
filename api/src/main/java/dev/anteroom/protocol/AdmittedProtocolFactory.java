package dev.anteroom.protocol;

import dev.anteroom.gate.Admission;
import java.net.SocketAddress;

/**
 * Makes the protocol of a connection that was admitted, for protocols that decide themselves when their slot is free again; a
 * proxy's, for example, is free only when its upstream connection is closed.
 */
@FunctionalInterface
public interface AdmittedProtocolFactory {
    /**
     * Builds the protocol of a connection that holds a slot. Called on the connection's event loop; if it throws, the
     * connection is aborted and the slot given back.
     *
     * @param remote the peer's address
     * @param admission the slot, which the protocol must {@linkplain Admission#leave() leave}, at the latest some time
     *     after its {@code connectionLost}
     * @return the protocol, whose {@code connectionMade} is called next
     */
    Protocol buildProtocol(SocketAddress remote, Admission admission);
}
