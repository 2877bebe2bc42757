package dev.anteroom.gateway.config;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What is to be known of a connection before it comes to its gate.
 *
 * @param proxies whose connections begin with a PROXY header; all others are taken as they are
 * @param timeout the longest that a PROXY header or a ClientHello may take
 * @param admitWhen whether its first byte must have come
 * @param readyTimeout the longest that this may take
 */
public record IdentitySettings(
        List<AddressRange> proxies, Duration timeout, AdmitWhen admitWhen, Duration readyTimeout) {
    /** Keeps a copy of the list. */
    public IdentitySettings {
        proxies = List.copyOf(proxies);
    }

    /**
     * Whether a peer is a proxy that is believed.
     *
     * @param peer an address
     * @return true if its connections begin with a PROXY header
     */
    public boolean trusts(SocketAddress peer) {
        for (AddressRange range : proxies) {
            if (peer instanceof InetSocketAddress inet && range.include(inet)) {
                return true;
            }
        }
        return false;
    }
}
