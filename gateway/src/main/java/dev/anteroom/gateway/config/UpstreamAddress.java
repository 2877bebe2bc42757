package dev.anteroom.gateway.config;

import com.google.common.net.HostAndPort;
import dev.anteroom.address.IpAddress;
import dev.anteroom.address.Visible;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;

/**
 * The address of an upstream as users write it. The addresses behind a name may change, so they are no part of it.
 *
 * @param host a name in lower case, or an IP address in its shortest form
 * @param port the port, from 1 to 65535
 */
public record UpstreamAddress(String host, int port) {
    /**
     * Parses {@code HOST:PORT}; an IPv6 address is in brackets. Looks nothing up.
     *
     * @param text the text to parse
     * @return the address
     * @throws IllegalArgumentException if the text is malformed
     */
    public static UpstreamAddress parse(String text) {
        HostAndPort parsed = Endpoint.split(text);
        if (parsed.getPort() == 0) {
            throw new IllegalArgumentException(Visible.quote(text) + " has port 0, to which nothing can connect");
        }
        String host = parsed.getHost();
        IpAddress literal = Endpoint.literal(host, text);
        return literal != null
                ? of(new InetSocketAddress(literal.toInetAddress(), parsed.getPort()))
                : new UpstreamAddress(host.toLowerCase(Locale.ROOT), parsed.getPort());
    }

    /**
     * Returns the address of a server whose IP address is known.
     *
     * @param server a resolved address
     * @return the same address
     */
    public static UpstreamAddress of(InetSocketAddress server) {
        return new UpstreamAddress(IpAddress.format(server.getAddress()), server.getPort());
    }

    /**
     * Returns whether the host is a name, whose addresses may change.
     *
     * @return false for an IP address
     */
    public boolean isName() {
        return IpAddress.tryParse(host) == null;
    }

    /**
     * Returns the servers at this address. The unspecified address means this machine, as it does to the kernel.
     *
     * @param names looks up a name
     * @return at least one server, without duplicates
     * @throws UnknownHostException if the name has no address, or cannot be looked up now
     */
    public List<InetSocketAddress> servers(NameLookup names) throws UnknownHostException {
        IpAddress literal = IpAddress.tryParse(host);
        List<InetAddress> addresses = literal == null ? names.addresses(host) : List.of(literal.toInetAddress());
        return addresses.stream()
                .map(UpstreamAddress::reachable)
                .distinct()
                .map(address -> new InetSocketAddress(address, port))
                .toList();
    }

    private static InetAddress reachable(InetAddress address) {
        if (!address.isAnyLocalAddress()) {
            return address;
        }
        return IpAddress.parse(address.getAddress().length == 4 ? "127.0.0.1" : "::1")
                .toInetAddress();
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
    }
}
