package dev.anteroom.address;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.function.Function;

/**
 * Maps a client's address to its source: the range of the addresses that share a prefix with it. One customer usually
 * has a whole IPv6 network of 64 bits or more, from which every connection may come with an address of its own, so a
 * cap for each address would be none. An address of another kind is its own source.
 *
 * @param ipv4 the number of bits that identify a source among IPv4 addresses, from 1 to 32
 * @param ipv6 the number of bits that identify a source among IPv6 addresses, from 1 to 128
 */
public record SourcePrefix(int ipv4, int ipv6) implements Function<SocketAddress, Object> {
    /** A source is one IPv4 address, or one IPv6 network of 64 bits. */
    public static final SourcePrefix DEFAULT = new SourcePrefix(32, 64);

    /**
     * Checks the bounds.
     *
     * @param ipv4 the number of bits that identify a source among IPv4 addresses
     * @param ipv6 the number of bits that identify a source among IPv6 addresses
     * @throws IllegalArgumentException if a number is out of bounds
     */
    public SourcePrefix {
        requireAtMost(32, ipv4, "ipv4");
        requireAtMost(IpAddress.BITS, ipv6, "ipv6");
    }

    private static void requireAtMost(int most, int bits, String name) {
        if (bits < 1 || bits > most) {
            throw new IllegalArgumentException(name + " must be from 1 to " + most + ", was " + bits);
        }
    }

    /**
     * Returns the source of an address.
     *
     * @param client an address of any kind
     * @return an {@link AddressRange} for an IP address
     */
    @Override
    public Object apply(SocketAddress client) {
        InetAddress address = client instanceof InetSocketAddress inet ? inet.getAddress() : null;
        return address == null ? client : of(IpAddress.of(address));
    }

    private AddressRange of(IpAddress address) {
        return AddressRange.of(address, address.isV4() ? ipv4 : ipv6);
    }
}
