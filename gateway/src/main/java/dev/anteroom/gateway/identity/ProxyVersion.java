package dev.anteroom.gateway.identity;

import dev.anteroom.address.IpAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A version of the header in which a proxy names its client to a server. Source: <a
 * href="https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt">The PROXY protocol, versions 1 and 2</a>.
 */
public enum ProxyVersion {
    /** Version 1, a line of text. */
    V1 {
        @Override
        public byte[] header(@Nullable ProxiedAddresses addresses) {
            return (addresses == null ? "PROXY UNKNOWN\r\n" : line(addresses)).getBytes(StandardCharsets.US_ASCII);
        }
    },
    /** Version 2, binary. */
    V2 {
        @Override
        public byte[] header(@Nullable ProxiedAddresses addresses) {
            if (addresses == null) {
                return begin(LOCAL, 0, 0).array();
            }
            boolean v6 = isAnyV6(addresses);
            int length = v6 ? ADDRESSES_V6 : ADDRESSES_V4;
            return begin(PROXY, v6 ? TCP_V6 : TCP_V4, length)
                    .put(bytes(addresses.source(), v6))
                    .put(bytes(addresses.destination(), v6))
                    .putShort((short) addresses.source().getPort())
                    .putShort((short) addresses.destination().getPort())
                    .array();
        }
    };

    static final int LOCAL = 0x20;
    static final int PROXY = 0x21;
    static final int TCP_V4 = 0x11;
    static final int TCP_V6 = 0x21;
    static final int ADDRESSES_V4 = 2 * 4 + 2 * 2;
    static final int ADDRESSES_V6 = 2 * 16 + 2 * 2;

    /** The length of the fixed part, which precedes the addresses. */
    static final int FIXED = 16;

    private static final String SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
    private static final int BYTES_V6 = 16;

    /**
     * Returns the header, which is sent before anything else.
     *
     * @param addresses the addresses of the client's connection, or null for a connection of the proxy's own
     * @return the complete header
     */
    public abstract byte[] header(@Nullable ProxiedAddresses addresses);

    /** Returns the bytes with which version 2 begins. */
    static byte[] signature() {
        return SIGNATURE.getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer begin(int command, int family, int length) {
        return ByteBuffer.allocate(FIXED + length)
                .put(signature())
                .put((byte) command)
                .put((byte) family)
                .putShort((short) length);
    }

    private static String line(ProxiedAddresses addresses) {
        boolean v6 = isAnyV6(addresses);
        return "PROXY " + (v6 ? "TCP6 " : "TCP4 ")
                + text(addresses.source(), v6) + " "
                + text(addresses.destination(), v6) + " "
                + addresses.source().getPort() + " "
                + addresses.destination().getPort() + "\r\n";
    }

    private static boolean isAnyV6(ProxiedAddresses addresses) {
        return isV6(addresses.source().getAddress())
                || isV6(addresses.destination().getAddress());
    }

    private static boolean isV6(InetAddress address) {
        return address instanceof Inet6Address;
    }

    /** Formats an address without its scope, which has no meaning on another machine. */
    private static String text(InetSocketAddress end, boolean v6) {
        IpAddress address = IpAddress.of(end.getAddress());
        return v6 ? address.toV6String() : address.toString();
    }

    /** Returns the bytes of an address; beside an IPv6 address an IPv4 address is mapped to IPv6. */
    private static byte[] bytes(InetSocketAddress end, boolean v6) {
        byte[] address = end.getAddress().getAddress();
        if (!v6 || address.length == BYTES_V6) {
            return address;
        }
        byte[] mapped = new byte[BYTES_V6];
        mapped[10] = (byte) 0xff;
        mapped[11] = (byte) 0xff;
        System.arraycopy(address, 0, mapped, BYTES_V6 - address.length, address.length);
        return mapped;
    }
}
