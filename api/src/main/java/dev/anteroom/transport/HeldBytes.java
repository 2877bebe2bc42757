package dev.anteroom.transport;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Bytes that came before their reader may have them, in order. They are copied to the heap, at first into an array of just their
 * length, so a waiting connection keeps no buffer of its transport.
 */
public final class HeldBytes {
    /** The longest array that every JVM allows. */
    static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;

    /** Holds nothing yet. */
    public HeldBytes() {}

    /**
     * Returns how many bytes are held.
     *
     * @return their number
     */
    public int length() {
        return to - from;
    }

    /**
     * Copies what remains in a buffer.
     *
     * @param data of which nothing remains afterwards
     */
    public void add(ByteBuffer data) {
        int length = data.remaining();
        makeRoom(length);
        data.get(bytes, to, length);
        to += length;
    }

    private void makeRoom(int length) {
        if (length > bytes.length - to) {
            bytes = Arrays.copyOf(bytes, to == 0 ? length : capacity(to, length));
        }
    }

    /** Twice as much, so that many additions are not as many copies; but no more than an array may have. */
    static int capacity(int now, int added) {
        long doubled = Math.min(2L * now, MAX_BYTES);
        return Math.toIntExact(Math.max((long) now + added, doubled));
    }

    /**
     * Takes out the next bytes.
     *
     * @param most how many at most
     * @return the bytes, good until the next call
     */
    public ByteBuffer take(int most) {
        int length = Math.min(most, length());
        ByteBuffer taken = ByteBuffer.wrap(bytes, from, length);
        from += length;
        return taken;
    }

    /**
     * Puts back what remains of the bytes that were taken last.
     *
     * @param taken what {@link #take} returned
     */
    public void putBack(ByteBuffer taken) {
        from -= taken.remaining();
    }
}
