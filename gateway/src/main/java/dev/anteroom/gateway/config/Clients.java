package dev.anteroom.gateway.config;

import java.net.InetSocketAddress;

/** The clients that a priority rule matches. */
public sealed interface Clients permits ClientRange, AddressList, ServerNames {
    /**
     * Returns whether a client is among these.
     *
     * @param client its address, and what else is known of it
     * @return true if the rule matches the client
     */
    boolean include(InetSocketAddress client);

    /**
     * Returns these clients as their file lists them now.
     *
     * @return this if there is no file
     * @throws IllegalArgumentException if the file cannot be read
     */
    default Clients reread() {
        return this;
    }
}
