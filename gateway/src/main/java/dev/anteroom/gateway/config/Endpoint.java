package dev.anteroom.gateway.config;

import com.google.common.net.HostAndPort;
import dev.anteroom.address.IpAddress;
import dev.anteroom.address.Visible;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A host and a port, resolved.
 *
 * @param address an address whose IP address is known
 */
public record Endpoint(InetSocketAddress address) implements ListenAddress {
    /** Text that only the resolver of the JDK would take for an address, such as 10.1 for 10.0.0.1. */
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]*[0-9]");

    /**
     * Parses {@code HOST:PORT}; an IPv6 address is in brackets, and may have a scope.
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

    /** Returns the text that {@link #parse} reads. */
    @Override
    public String toString() {
        return IpAddress.format(address);
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
                Visible.quote(text) + " is not an address; write HOST:PORT, such as 127.0.0.1:7000 or [::1]:7000");
    }

    private static InetAddress resolve(String host, String text) {
        IpAddress literal = literal(host, text);
        if (literal != null) {
            return literal.toInetAddress();
        }
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    Visible.quote(text) + " has an unknown host; write a name that resolves, or an IP address", e);
        }
    }

    /**
     * Reads the host of an address as an IP address.
     *
     * @return null if the host is a name
     */
    static @Nullable IpAddress literal(String host, String text) {
        IpAddress literal = IpAddress.tryParse(host);
        if (literal == null && NUMBERS.matcher(host).matches()) {
            throw new IllegalArgumentException(
                    Visible.quote(text) + " has no IPv4 address; write four numbers from 0 to 255, such as 10.0.0.1");
        }
        return literal;
    }
}
