package dev.anteroom.gateway.config;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;

/**
 * A host and a port, resolved.
 *
 * @param address an address whose IP address is known
 */
public record Endpoint(InetSocketAddress address) implements ListenAddress {
    /**
     * Parses {@code HOST:PORT}; an IPv6 address is in brackets.
     *
     * @throws IllegalArgumentException if the text is malformed or the host is unknown
     */
    public static Endpoint parse(String text) {
        HostAndPort parsed = split(text);
        return new Endpoint(new InetSocketAddress(resolve(parsed.getHost(), text), parsed.getPort()));
    }

    /** Returns the endpoint of a resolved address. */
    public static Endpoint of(SocketAddress address) {
        return new Endpoint((InetSocketAddress) address);
    }

    public boolean isLoopback() {
        return address.getAddress().isLoopbackAddress();
    }

    /**
     * Describes an address, as {@link #parse} reads it if it is a host and a port.
     *
     * @param address an address, or another source of a gate
     * @return a text for people
     */
    public static String describe(Object address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() != null
                ? of(inet).toString()
                : address.toString();
    }

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        return InetAddresses.toUriString(address.getAddress()) + ":" + address.getPort();
    }

    /** Splits {@code HOST:PORT}; an IPv6 address is in brackets. */
    static HostAndPort split(String text) {
        try {
            HostAndPort parsed = HostAndPort.fromString(text).requireBracketsForIPv6();
            if (parsed.hasPort() && !parsed.getHost().isEmpty()) {
                return parsed;
            }
        } catch (IllegalArgumentException e) {
            // Guava's messages do not say what is valid.
        }
        throw new IllegalArgumentException(
                "\"" + text + "\" is not an address; write HOST:PORT, such as 127.0.0.1:7000 or [::1]:7000");
    }

    private static InetAddress resolve(String host, String text) {
        if (InetAddresses.isInetAddress(host)) {
            return InetAddresses.forString(host);
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has an unknown host; write a name that resolves, or an IP address", e);
        }
    }
}
