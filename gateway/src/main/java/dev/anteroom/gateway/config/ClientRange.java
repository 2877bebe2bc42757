package dev.anteroom.gateway.config;

import dev.anteroom.address.AddressRange;
import java.net.InetSocketAddress;

/**
 * Clients with addresses in one range.
 *
 * @param range the range
 */
public record ClientRange(AddressRange range) implements Clients {
    @Override
    public boolean include(InetSocketAddress client) {
        return range.contains(client.getAddress());
    }
}
