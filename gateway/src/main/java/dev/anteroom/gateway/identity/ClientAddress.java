package dev.anteroom.gateway.identity;

import java.net.InetSocketAddress;

/** A client's address and the server name that it asked for. Equal to the same address without a name. */
public final class ClientAddress extends InetSocketAddress {
    private static final long serialVersionUID = 1;

    private final String serverName;

    /**
     * Adds a server name to an address.
     *
     * @param address a resolved address
     * @param serverName the name in lower case
     */
    public ClientAddress(InetSocketAddress address, String serverName) {
        super(address.getAddress(), address.getPort());
        this.serverName = serverName;
    }

    /**
     * Returns the server name that the client asked for.
     *
     * @return a name in lower case
     */
    public String serverName() {
        return serverName;
    }
}
