package dev.anteroom.gateway.config;

import dev.anteroom.address.AddressRange;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What the gateway must know of a connection before it enters its gate.
 *
 * @param proxies the proxies whose connections begin with a PROXY header; other connections are not parsed
 * @param timeout the longest time that a PROXY header or a ClientHello may take
 * @param admitWhen whether the connection enters its gate when it is accepted or with its first byte
 * @param readyTimeout the longest time to wait for that byte
 */
public record IdentitySettings(
        List<AddressRange> proxies, Duration timeout, AdmitWhen admitWhen, Duration readyTimeout) {
    /** Copies the list. */
    public IdentitySettings {
        proxies = List.copyOf(proxies);
    }

    /**
     * Returns whether a peer is a trusted proxy.
     *
     * @param peer the address of the peer
     * @return true if its connections begin with a PROXY header
     */
    public boolean trusts(SocketAddress peer) {
        for (AddressRange range : proxies) {
            if (peer instanceof InetSocketAddress inet && range.contains(inet.getAddress())) {
                return true;
            }
        }
        return false;
    }
}
