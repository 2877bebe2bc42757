package dev.anteroom.gateway.config;

import com.google.common.net.InetAddresses;
import com.google.common.primitives.Ints;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;

/** A range of IP addresses with a common prefix, in CIDR notation. An IPv4 range contains IPv4 addresses only. */
public final class AddressRange implements Clients {
    private static final int BYTE_MASK = 0xff;

    private final byte[] network;
    private final int prefixLength;

    private AddressRange(byte[] network, int prefixLength) {
        this.network = network;
        this.prefixLength = prefixLength;
    }

    /**
     * Parses {@code ADDRESS/BITS} or a single address.
     *
     * @throws IllegalArgumentException if the text is neither
     */
    public static AddressRange parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        if (!InetAddresses.isInetAddress(address)) {
            throw malformed(text);
        }
        byte[] network = InetAddresses.forString(address).getAddress();
        int bits = network.length * Byte.SIZE;
        if (slash < 0) {
            return new AddressRange(network, bits);
        }
        Integer prefixLength = Ints.tryParse(text.substring(slash + 1));
        if (prefixLength == null || prefixLength < 0 || prefixLength > bits) {
            throw malformed(text);
        }
        return new AddressRange(network, prefixLength);
    }

    public boolean contains(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length != network.length) {
            return false;
        }
        int whole = prefixLength / Byte.SIZE;
        for (int i = 0; i < whole; i++) {
            if (bytes[i] != network[i]) {
                return false;
            }
        }
        int rest = prefixLength % Byte.SIZE;
        return rest == 0 || (bytes[whole] ^ network[whole]) >> (Byte.SIZE - rest) == 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AddressRange range
                && prefixLength == range.prefixLength
                && Arrays.equals(network, range.network);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(network) * 31 + prefixLength;
    }

    @Override
    public boolean include(InetSocketAddress client) {
        return contains(client.getAddress());
    }

    /** Returns the lowest address. */
    byte[] first() {
        return filled((byte) 0);
    }

    /** Returns the highest address. */
    byte[] last() {
        return filled((byte) 0xff);
    }

    private byte[] filled(byte filling) {
        byte[] address = network.clone();
        for (int i = 0; i < address.length; i++) {
            int fixed = Math.min(Math.max(prefixLength - i * Byte.SIZE, 0), Byte.SIZE);
            int mask = BYTE_MASK << (Byte.SIZE - fixed);
            address[i] = (byte) ((network[i] & mask) | (filling & ~mask));
        }
        return address;
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException(
                "\"" + text + "\" is not a range of addresses; write ADDRESS/BITS, such as 10.0.0.0/8 or fd00::/8");
    }
}
