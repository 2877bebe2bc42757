package dev.anteroom.gateway.identity;

import java.net.InetSocketAddress;

/** A client's address, and the name by which it called the server. Equal to the same address without a name. */
public final class ClientAddress extends InetSocketAddress {
    private static final long serialVersionUID = 1;

    private final String serverName;

    /**
     * Adds a name to an address.
     *
     * @param address which is resolved
     * @param serverName in small letters
     */
    public ClientAddress(InetSocketAddress address, String serverName) {
        super(address.getAddress(), address.getPort());
        this.serverName = serverName;
    }

    /**
     * Which server the client wants.
     *
     * @return a name in small letters
     */
    public String serverName() {
        return serverName;
    }
}
