package dev.anteroom.gateway.identity;

import com.google.common.primitives.Ints;
import dev.anteroom.address.IpAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one PROXY header, of either {@linkplain ProxyVersion version}, however its bytes are split, and not a byte
 * more. Keeps at most {@link #LONGEST} bytes and skips extensions (TLV). Not thread-safe.
 */
public final class ProxyHeaderReader {
    /**
     * The longest header of version 2, in bytes. The specification asks for 536; a header with the client's certificate
     * may be longer.
     */
    public static final int LONGEST = 4096;

    private static final int LONGEST_LINE = 107;
    private static final byte[] LINE = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SIGNATURE = ProxyVersion.signature();
    private static final int MAX_PORT = 0xffff;

    private byte[] bytes = new byte[LONGEST_LINE];
    private int count;
    private boolean whole;
    private @Nullable ProxiedAddresses addresses;

    /** Creates a reader for one connection. */
    public ProxyHeaderReader() {}

    /**
     * Consumes the bytes of the header.
     *
     * @param data the buffer; its position is the end of the header afterwards
     * @return true once the header is complete
     * @throws IllegalArgumentException if the header is malformed; the message is one line and quotes none of it
     */
    public boolean read(ByteBuffer data) {
        while (!whole && data.hasRemaining()) {
            if (count == bytes.length) {
                bytes = Arrays.copyOf(bytes, LONGEST);
            }
            bytes[count++] = data.get();
            whole = bytes[0] == SIGNATURE[0] ? isWholeBinary() : isWholeLine();
        }
        return whole;
    }

    /**
     * Returns the addresses of the client's connection.
     *
     * @return null if the connection is the proxy's own or the proxy does not know the client
     */
    public @Nullable ProxiedAddresses addresses() {
        return addresses;
    }

    private boolean isWholeLine() {
        requirePrefix(LINE);
        if (bytes[count - 1] == '\n') {
            readLine(new String(bytes, 0, count, StandardCharsets.ISO_8859_1));
            return true;
        } else if (count == LONGEST_LINE) {
            throw malformed("is a line of more than " + LONGEST_LINE + " bytes");
        }
        return false;
    }

    private boolean isWholeBinary() {
        requirePrefix(SIGNATURE);
        if (count < ProxyVersion.FIXED) {
            return false;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes, SIGNATURE.length, count - SIGNATURE.length);
        int command = Byte.toUnsignedInt(header.get());
        int family = Byte.toUnsignedInt(header.get());
        int length = Short.toUnsignedInt(header.getShort());
        if (command != ProxyVersion.LOCAL && command != ProxyVersion.PROXY) {
            throw malformed("has an unknown version or command");
        } else if (length > LONGEST - ProxyVersion.FIXED) {
            throw malformed("has more than " + LONGEST + " bytes");
        } else if (count < ProxyVersion.FIXED + length) {
            return false;
        }
        if (command == ProxyVersion.PROXY) {
            addresses = addresses(family, header);
        }
        return true;
    }

    private void requirePrefix(byte[] begin) {
        if (count <= begin.length && bytes[count - 1] != begin[count - 1]) {
            throw malformed("has an invalid beginning");
        }
    }

    private void readLine(String line) {
        if (!line.endsWith("\r\n")) {
            throw malformed("is a line that does not end with CR LF");
        }
        String[] words = line.substring(0, line.length() - 2).split(" ", -1);
        if (words[1].equals("UNKNOWN")) {
            return;
        }
        boolean v6 = words[1].equals("TCP6");
        if (words.length != 6 || !(v6 || words[1].equals("TCP4"))) {
            throw malformed("is not of the form PROXY TCP4|TCP6 SOURCE DESTINATION PORT PORT");
        }
        addresses = new ProxiedAddresses(
                new InetSocketAddress(address(words[2], v6), port(words[4])),
                new InetSocketAddress(address(words[3], v6), port(words[5])));
    }

    private static InetAddress address(String text, boolean v6) {
        IpAddress address = IpAddress.tryParse(text);
        if (address == null || v6 != text.contains(":")) {
            throw malformed("has an invalid " + (v6 ? "IPv6" : "IPv4") + " address");
        }
        return address.toInetAddress();
    }

    private static int port(String text) {
        Integer port = Ints.tryParse(text);
        if (port == null || port < 0 || port > MAX_PORT) {
            throw malformed("has an invalid port");
        }
        return port;
    }

    /** Returns the addresses; null for anything but TCP, whose addresses are ignored. */
    private static @Nullable ProxiedAddresses addresses(int family, ByteBuffer header) {
        return switch (family) {
            case ProxyVersion.TCP_V4 -> addresses(header, new byte[4], ProxyVersion.ADDRESSES_V4);
            case ProxyVersion.TCP_V6 -> addresses(header, new byte[16], ProxyVersion.ADDRESSES_V6);
            default -> null;
        };
    }

    private static ProxiedAddresses addresses(ByteBuffer header, byte[] address, int length) {
        if (header.remaining() < length) {
            throw malformed("is too short for its addresses");
        }
        InetAddress source = address(header, address);
        InetAddress destination = address(header, address);
        int sourcePort = Short.toUnsignedInt(header.getShort());
        int destinationPort = Short.toUnsignedInt(header.getShort());
        return new ProxiedAddresses(
                new InetSocketAddress(source, sourcePort), new InetSocketAddress(destination, destinationPort));
    }

    private static InetAddress address(ByteBuffer header, byte[] address) {
        header.get(address);
        try {
            return InetAddress.getByAddress(address);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + address.length + " bytes", e);
        }
    }

    private static IllegalArgumentException malformed(String what) {
        return new IllegalArgumentException("the PROXY header " + what);
    }
}
