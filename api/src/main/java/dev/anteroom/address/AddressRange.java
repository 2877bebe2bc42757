package dev.anteroom.address;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The IP addresses that share a prefix. A range of IPv4 addresses contains no IPv6 addresses and vice versa, not even
 * {@code ::/0}; an IPv4-mapped range is an IPv4 range. Ordered by the first address; of two ranges with the same first
 * address, the larger one precedes.
 */
public final class AddressRange implements Comparable<AddressRange> {
    /** The first address, as numbers: a gate makes one of these objects for each connection. */
    private final long high;

    private final long low;

    /** The number of fixed bits of 128. */
    private final int bits;

    private AddressRange(long high, long low, int bits) {
        this.high = high;
        this.low = low;
        this.bits = bits;
    }

    /**
     * Parses an address, or an address and, after a slash, the length of the prefix or a netmask: {@code 10.0.0.0/8},
     * {@code 10.0.0.0/255.0.0.0}, {@code [fd00::]/8}. Blanks around the text are ignored, and an IPv6 address may be in
     * brackets.
     *
     * @param text the text
     * @return the range
     * @throws IllegalArgumentException if the text is anything else, or bits are set beyond the prefix
     */
    public static AddressRange parse(String text) {
        return new RangeParser(text).parse();
    }

    /**
     * Returns the range that contains one address.
     *
     * @param address an address of either version
     * @return the range
     */
    public static AddressRange of(InetAddress address) {
        IpAddress only = IpAddress.of(address);
        return new AddressRange(only.high(), only.low(), IpAddress.BITS);
    }

    /**
     * Returns the range of all addresses that share a prefix with an address.
     *
     * @param address any address in the range
     * @param prefixLength the number of bits, at most 32 for an IPv4 address and 128 for an IPv6 address
     * @return the range
     * @throws IllegalArgumentException if the length is out of bounds
     */
    public static AddressRange of(IpAddress address, int prefixLength) {
        int offset = address.isV4() ? IpAddress.MAPPED_BITS : 0;
        if (prefixLength < 0 || prefixLength > IpAddress.BITS - offset) {
            throw new IllegalArgumentException(
                    "the prefix length must be from 0 to " + (IpAddress.BITS - offset) + ", was " + prefixLength);
        }
        int bits = prefixLength + offset;
        return new AddressRange(address.high() & highMask(bits), address.low() & lowMask(bits), bits);
    }

    /** Returns the first 64 bits of a mask with some bits set. */
    static long highMask(int bits) {
        return bits == 0 ? 0 : -1L << Math.max(0, Long.SIZE - bits);
    }

    /** Returns the last 64 bits of a mask with some bits set. */
    static long lowMask(int bits) {
        return bits <= Long.SIZE ? 0 : -1L << (IpAddress.BITS - bits);
    }

    /**
     * Returns the first address.
     *
     * @return the address whose bits beyond the prefix are 0
     */
    public IpAddress first() {
        return new IpAddress(high, low);
    }

    /**
     * Returns the length of the prefix.
     *
     * @return a number of bits, at most 32 for an IPv4 range and 128 for an IPv6 range
     */
    public int prefixLength() {
        return bits - (first().isV4() ? IpAddress.MAPPED_BITS : 0);
    }

    /**
     * Returns whether this range contains an address.
     *
     * @param address an address of either version
     * @return true if the address has this prefix
     */
    public boolean contains(InetAddress address) {
        return contains(IpAddress.of(address));
    }

    /**
     * Returns whether this range contains an address.
     *
     * @param address an address of either version
     * @return true if the address has this prefix
     */
    public boolean contains(IpAddress address) {
        return (address.high() & highMask(bits)) == high
                && (address.low() & lowMask(bits)) == low
                && address.isV4() == first().isV4();
    }

    /**
     * Returns whether this range contains every address of another.
     *
     * @param other any range
     * @return true if the other range is this one or within it
     */
    public boolean contains(AddressRange other) {
        return bits <= other.bits && contains(other.first());
    }

    @Override
    public int compareTo(AddressRange other) {
        int byFirst = first().compareTo(other.first());
        return byFirst == 0 ? Integer.compare(bits, other.bits) : byFirst;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AddressRange range && bits == range.bits && high == range.high && low == range.low;
    }

    @Override
    public int hashCode() {
        return Mix.hash(high, low) + bits;
    }

    /** Returns a text that {@link #parse} reads: the only address, or the first one, a slash and the prefix length. */
    @Override
    public String toString() {
        return bits == IpAddress.BITS ? first().toString() : first() + "/" + prefixLength();
    }
}
