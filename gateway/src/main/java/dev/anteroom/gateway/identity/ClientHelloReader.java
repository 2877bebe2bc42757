package dev.anteroom.gateway.identity;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the server name in the ClientHello that begins a TLS connection (RFC 8446, sections 4.1.2 and 5.1; RFC 6066,
 * section 3), however the message is split into records and segments. Keeps all bytes that it reads, so that the
 * upstream can receive them. Consumes at most {@link #LONGEST} bytes, and examines each byte a fixed number of times,
 * however the bytes arrive. Not thread-safe.
 */
public final class ClientHelloReader {
    /** The most bytes to consume, record headers included. Current browsers send up to 2 KiB. */
    public static final int LONGEST = 16 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int MESSAGE_HEADER = 4;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int TYPE_SHIFT = 24;
    private static final int LENGTH_MASK = 0xffffff;
    private static final int VERSION_MAJOR = 3;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*\\.?");
    private static final int LONGEST_NAME = 254;

    private final ByteArrayOutputStream taken = new ByteArrayOutputStream(512);

    /** The payload of the records. */
    private final ByteArrayOutputStream message = new ByteArrayOutputStream(512);

    private final ByteBuffer recordHeader = ByteBuffer.allocate(RECORD_HEADER);
    private int restOfRecord;

    /** The end of the ClientHello in {@link #message}; 0 until it is known. */
    private int helloEnd;

    private boolean done;
    private @Nullable String serverName;

    /** Creates a reader for one connection. */
    public ClientHelloReader() {}

    /**
     * Consumes bytes until the server name is known or there is none.
     *
     * @param data the buffer to consume from
     * @return true once the name is known, or it is known that there is none
     */
    public boolean read(ByteBuffer data) {
        while (!done && data.hasRemaining()) {
            if (restOfRecord > 0) {
                readRecord(data);
            } else {
                readRecordHeader(data);
            }
            done |= taken.size() == LONGEST;
        }
        return done;
    }

    /**
     * Returns all consumed bytes, in order.
     *
     * @return a copy
     */
    public byte[] taken() {
        return taken.toByteArray();
    }

    /**
     * Returns the server name that the client asks for.
     *
     * @return a name in lower case, without a final dot; null if there is none or none was found yet
     */
    public @Nullable String serverName() {
        return serverName;
    }

    private void readRecordHeader(ByteBuffer data) {
        byte next = data.get();
        taken.write(next);
        recordHeader.put(next);
        done = recordHeader.get(0) != HANDSHAKE || (recordHeader.position() == 2 && next != VERSION_MAJOR);
        if (!recordHeader.hasRemaining()) {
            restOfRecord = Short.toUnsignedInt(recordHeader.getShort(RECORD_HEADER - 2));
            done |= restOfRecord == 0;
            recordHeader.clear();
        }
    }

    private void readRecord(ByteBuffer data) {
        byte[] part = new byte[Math.min(Math.min(data.remaining(), restOfRecord), LONGEST - taken.size())];
        data.get(part);
        taken.writeBytes(part);
        message.writeBytes(part);
        restOfRecord -= part.length;
        if (helloEnd == 0 && message.size() >= MESSAGE_HEADER) {
            int header = ByteBuffer.wrap(message.toByteArray()).getInt();
            helloEnd = MESSAGE_HEADER + (header & LENGTH_MASK);
            done = header >>> TYPE_SHIFT != CLIENT_HELLO || helloEnd > LONGEST;
        }
        if (!done && helloEnd > 0 && message.size() >= helloEnd) {
            done = true;
            serverName = serverName(ByteBuffer.wrap(message.toByteArray(), MESSAGE_HEADER, helloEnd - MESSAGE_HEADER));
        }
    }

    /** Returns the server name; null if there is none or the ClientHello is malformed, which the server will report. */
    private static @Nullable String serverName(ByteBuffer hello) {
        try {
            skip(hello, VERSION_AND_RANDOM);
            skip(hello, Byte.toUnsignedInt(hello.get())); // session
            skip(hello, Short.toUnsignedInt(hello.getShort())); // cipher suites
            skip(hello, Byte.toUnsignedInt(hello.get())); // compression
            ByteBuffer extensions = take(hello);
            while (extensions.hasRemaining()) {
                int type = extensions.getShort();
                ByteBuffer extension = take(extensions);
                if (type == SERVER_NAME) {
                    return hostName(take(extension));
                }
            }
        } catch (BufferUnderflowException e) {
            // Malformed.
        }
        return null;
    }

    private static @Nullable String hostName(ByteBuffer names) {
        int type = names.get();
        ByteBuffer name = take(names);
        if (type != HOST_NAME || name.remaining() > LONGEST_NAME) {
            return null;
        }
        String text = StandardCharsets.ISO_8859_1.decode(name).toString();
        if (!NAME.matcher(text).matches()) {
            return null;
        }
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    /** Takes a field that is preceded by its length in two bytes. */
    private static ByteBuffer take(ByteBuffer data) {
        int length = Short.toUnsignedInt(data.getShort());
        ByteBuffer taken = data.duplicate();
        skip(data, length);
        return taken.limit(taken.position() + length);
    }

    private static void skip(ByteBuffer data, int length) {
        if (data.remaining() < length) {
            throw new BufferUnderflowException();
        }
        data.position(data.position() + length);
    }
}
