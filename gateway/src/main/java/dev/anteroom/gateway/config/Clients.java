package dev.anteroom.gateway.config;

import java.net.InetSocketAddress;

/** Whom a rule is about. */
public sealed interface Clients permits AddressRange, AddressList, ServerNames {
    /**
     * Whether a client is one of them.
     *
     * @param client its address, and what else is known of it
     * @return true if the rule is about it
     */
    boolean include(InetSocketAddress client);

    /**
     * The same, as it is written now where it is kept.
     *
     * @return the same if it is kept nowhere
     * @throws IllegalArgumentException if it cannot be read any more
     */
    default Clients reread() {
        return this;
    }
}
