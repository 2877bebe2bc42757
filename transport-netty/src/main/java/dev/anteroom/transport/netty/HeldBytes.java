package dev.anteroom.transport.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that came before anybody may hear them, in order. They are copied to the heap, at first into just as much as they need:
 * Netty's own buffers go back to their pool at once, so that a waiting connection holds none and cannot leak one.
 */
final class HeldBytes {
    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;

    int length() {
        return to - from;
    }

    /** Copies what is readable. */
    void add(ByteBuf data) {
        int length = data.readableBytes();
        makeRoom(length);
        data.getBytes(data.readerIndex(), bytes, to, length);
        to += length;
    }

    /** Copies what remains. */
    void add(ByteBuffer data) {
        int length = data.remaining();
        makeRoom(length);
        data.get(bytes, to, length);
        to += length;
    }

    private void makeRoom(int length) {
        if (to + length > bytes.length) {
            bytes = Arrays.copyOf(bytes, to == 0 ? length : Math.max(to + length, 2 * to));
        }
    }

    /** Takes out the next bytes, so many at most. */
    ByteBuffer take(int most) {
        int length = Math.min(most, length());
        ByteBuffer taken = ByteBuffer.wrap(bytes, from, length);
        from += length;
        return taken;
    }

    /** Puts back what remains in what was taken last. */
    void putBack(ByteBuffer taken) {
        from -= taken.remaining();
    }
}
