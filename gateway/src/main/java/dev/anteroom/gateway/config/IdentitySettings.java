package dev.anteroom.gateway.config;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What is to be known of a connection before it comes to its gate.
 *
 * @param proxies whose connections begin with a PROXY header; all others are taken as they are
 * @param timeout how long a PROXY header may take, and a ClientHello
 * @param admitWhen whether it must have said something
 * @param readyTimeout how long that may take
 */
public record IdentitySettings(
        List<AddressRange> proxies, Duration timeout, AdmitWhen admitWhen, Duration readyTimeout) {
    /** What the timeout is unless said otherwise. */
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** What the ready timeout is unless said otherwise. */
    public static final Duration READY_TIMEOUT = Duration.ofSeconds(30);

    /** Nothing. */
    public static final IdentitySettings NONE =
            new IdentitySettings(List.of(), TIMEOUT, AdmitWhen.ARRIVED, READY_TIMEOUT);

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
