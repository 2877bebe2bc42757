package dev.anteroom.address;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An IP address without a scope, as a number of 128 bits. An IPv4 address is the IPv6 address that it is mapped to (RFC
 * 4291, section 2.5.5.2), so {@code 10.0.0.1} and {@code ::ffff:10.0.0.1} are equal. IPv4 addresses precede all others.
 *
 * @param high the first 64 bits
 * @param low the last 64 bits
 */
public record IpAddress(long high, long low) implements Comparable<IpAddress> {
    static final int BITS = 128;

    /** The number of bits before the IPv4 address that is mapped. */
    static final int MAPPED_BITS = 96;

    private static final int BYTES_V4 = 4;
    private static final int GROUPS = 8;
    private static final long MAPPED = 0xffffL << Integer.SIZE;

    /**
     * Parses an address: four decimal numbers without leading zeros, or an IPv6 address in any form of RFC 4291 without
     * brackets or a scope.
     *
     * @param text the text, without blanks
     * @return the address
     * @throws IllegalArgumentException if the text is not an address
     */
    public static IpAddress parse(String text) {
        IpAddress address = tryParse(text);
        if (address == null) {
            throw new IllegalArgumentException(
                    Visible.quote(text) + " is not an IP address; write one such as 10.0.0.1 or fd00::1");
        }
        return address;
    }

    /**
     * Parses an address as {@link #parse} does.
     *
     * @param text any text
     * @return the address, or null if the text is none
     */
    public static @Nullable IpAddress tryParse(String text) {
        if (text.indexOf(':') < 0) {
            long v4 = parseV4(text);
            return v4 < 0 ? null : ofV4(v4);
        }
        return parseV6(text);
    }

    /**
     * Converts an address; its scope is dropped.
     *
     * @param address an address of either version
     * @return the same address
     */
    public static IpAddress of(InetAddress address) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
        return bytes.remaining() == BYTES_V4
                ? ofV4(Integer.toUnsignedLong(bytes.getInt()))
                : new IpAddress(bytes.getLong(), bytes.getLong());
    }

    private static IpAddress ofV4(long number) {
        return new IpAddress(0, MAPPED | number);
    }

    /**
     * Formats an address as {@link #toString} does, with its scope if it has one.
     *
     * @param address an address of either version
     * @return a text such as {@code fe80::1%eth0}
     */
    public static String format(InetAddress address) {
        String scoped = address instanceof Inet6Address ? address.getHostAddress() : "";
        int scope = scoped.indexOf('%');
        return of(address) + (scope < 0 ? "" : scoped.substring(scope));
    }

    /**
     * Formats the source of an admission: the address of a socket as {@code HOST:PORT}, with an IPv6 address in
     * brackets, and any other object by its own {@code toString}.
     *
     * @param source a socket address, or another source of a gate
     * @return a text such as {@code [fd00::1]:7000}
     */
    public static String format(Object source) {
        if (source instanceof InetSocketAddress inet && inet.getAddress() != null) {
            String host = format(inet.getAddress());
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
        }
        return String.valueOf(source);
    }

    /**
     * Converts this address.
     *
     * @return an address without a name or a scope
     */
    public InetAddress toInetAddress() {
        byte[] bytes =
                ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
        try {
            return InetAddress.getByAddress(
                    isV4() ? Arrays.copyOfRange(bytes, bytes.length - BYTES_V4, bytes.length) : bytes);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 16 bytes", e);
        }
    }

    /**
     * Returns whether this is an IPv4 address.
     *
     * @return true for a mapped address as well
     */
    public boolean isV4() {
        return high == 0 && low >>> Integer.SIZE == MAPPED >>> Integer.SIZE;
    }

    /** Returns the number whose four bytes make up text such as {@code 10.0.0.1}; negative for any other text. */
    private static long parseV4(String text) {
        String[] parts = text.split("\\.", -1);
        long number = 0;
        for (String part : parts) {
            int value = digits(part, 10, 3);
            if (value < 0 || value > 0xff || (part.length() > 1 && part.charAt(0) == '0')) {
                return -1;
            }
            number = (number << Byte.SIZE) | value;
        }
        return parts.length == BYTES_V4 ? number : -1;
    }

    private static @Nullable IpAddress parseV6(String text) {
        int gap = text.indexOf("::");
        int[] groups = new int[GROUPS];
        if (gap < 0) {
            return readGroups(text, groups) == GROUPS ? ofGroups(groups) : null;
        }
        int before = gap == 0 ? 0 : readGroups(text.substring(0, gap), groups);
        int[] end = new int[GROUPS];
        int after = gap + 2 == text.length() ? 0 : readGroups(text.substring(gap + 2), end);
        boolean endsWithV4 = gap > 0 && text.lastIndexOf('.', gap) >= 0;
        if (before < 0 || after < 0 || before + after >= GROUPS || endsWithV4) {
            return null;
        }
        System.arraycopy(end, 0, groups, GROUPS - after, after);
        return ofGroups(groups);
    }

    /** Reads groups of 16 bits; the last two may be an IPv4 address. Returns their number, or -1 for a fault. */
    private static int readGroups(String text, int[] groups) {
        String[] parts = text.split(":", -1);
        int count = 0;
        for (int i = 0; i < parts.length; i++) {
            boolean isV4 = i == parts.length - 1 && parts[i].indexOf('.') >= 0;
            long value = isV4 ? parseV4(parts[i]) : digits(parts[i], 16, 4);
            if (value < 0 || count + (isV4 ? 2 : 1) > GROUPS) {
                return -1;
            }
            if (isV4) {
                groups[count++] = (int) (value >>> Short.SIZE);
            }
            groups[count++] = (int) (value & 0xffff);
        }
        return count;
    }

    private static IpAddress ofGroups(int[] groups) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
        for (int group : groups) {
            bytes.putShort((short) group);
        }
        return new IpAddress(bytes.getLong(0), bytes.getLong(Long.BYTES));
    }

    /** Parses one to {@code most} ASCII digits; returns -1 for any other text. */
    private static int digits(String text, int radix, int most) {
        if (text.isEmpty() || text.length() > most) {
            return -1;
        }
        int number = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            number = number * radix + digit;
        }
        return number;
    }

    /** Compares the versions, then the numbers. */
    @Override
    public int compareTo(IpAddress other) {
        if (isV4() != other.isV4()) {
            return isV4() ? -1 : 1;
        }
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh == 0 ? Long.compareUnsigned(low, other.low) : byHigh;
    }

    /** Returns a hash whose bits all depend on all bits of the address, and on a number drawn when the JVM started. */
    @Override
    public int hashCode() {
        return Mix.hash(high, low);
    }

    /** Formats this address as RFC 5952 recommends. */
    @Override
    public String toString() {
        return isV4() ? dotted() : compressed();
    }

    /**
     * Formats this address as an IPv6 address.
     *
     * @return a text such as {@code ::ffff:10.0.0.1} for an IPv4 address
     */
    public String toV6String() {
        return isV4() ? "::ffff:" + dotted() : compressed();
    }

    private String dotted() {
        return ((low >>> 24) & 0xff) + "." + ((low >>> 16) & 0xff) + "." + ((low >>> 8) & 0xff) + "." + (low & 0xff);
    }

    private int group(int index) {
        long half = index < GROUPS / 2 ? high : low;
        return (int) (half >>> (Short.SIZE * (GROUPS / 2 - 1 - index % (GROUPS / 2)))) & 0xffff;
    }

    /** Replaces the first of the longest runs of at least two zero groups by {@code ::}. */
    private String compressed() {
        int gap = 0;
        int length = 1;
        for (int i = 0; i < GROUPS; i++) {
            int run = zeros(i);
            if (run > length) {
                gap = i;
                length = run;
            }
        }
        return length == 1 ? groups(0, GROUPS) : groups(0, gap) + "::" + groups(gap + length, GROUPS);
    }

    private int zeros(int from) {
        int end = from;
        while (end < GROUPS && group(end) == 0) {
            end++;
        }
        return end - from;
    }

    private String groups(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : ":").append(Integer.toHexString(group(i)));
        }
        return text.toString();
    }
}
