package dev.anteroom.gate;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection, named as Linux names it in {@code /proc/net/tcp6}: both addresses in hexadecimal, as words of the
 * machine's byte order, and both ports. An IPv4 address is written as the IPv6 address that it maps to.
 *
 * @param local the address and port on this side
 * @param remote the address and port of the peer
 */
record TcpConnection(String local, String remote) {
    static final int PORT_DIGITS = 4;

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** What precedes an IPv4 address in the IPv6 address that it maps to. */
    static final String MAPPED = hex(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1});

    /** Returns a connection, or null if it is none of TCP. */
    static @Nullable TcpConnection of(@Nullable SocketAddress local, SocketAddress remote) {
        return local instanceof InetSocketAddress here && remote instanceof InetSocketAddress there
                ? new TcpConnection(endpoint(here), endpoint(there))
                : null;
    }

    String localPort() {
        return local.substring(local.length() - PORT_DIGITS);
    }

    private static String endpoint(InetSocketAddress address) {
        byte[] bytes = address.getAddress().getAddress();
        String port = HEX.toHexDigits((short) address.getPort());
        return (bytes.length == 4 ? MAPPED : "") + hex(bytes) + ":" + port;
    }

    private static String hex(byte[] bytes) {
        ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        StringBuilder text = new StringBuilder();
        while (words.hasRemaining()) {
            text.append(HEX.toHexDigits(words.getInt()));
        }
        return text.toString();
    }
}
