package dev.anteroom.transport;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A queue of bytes that were read before the protocol may have them. They are copied to the heap, at first into an
 * array of exactly their length, so that a waiting connection keeps no buffer of its transport.
 */
public final class UnreadBytes {
    /** The longest array that every JVM allows. */
    static final int MAX_BYTES = Integer.MAX_VALUE - 8;

    private static final byte[] NOTHING = {};

    private byte[] bytes = NOTHING;
    private int from;
    private int to;

    /** Creates an empty queue. */
    public UnreadBytes() {}

    /**
     * Returns the number of bytes.
     *
     * @return the bytes that were added and not taken
     */
    public int length() {
        return to - from;
    }

    /**
     * Adds a copy of the bytes that remain in a buffer.
     *
     * @param data the buffer, which has nothing remaining afterwards
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

    /** Doubles the capacity, so that many additions do not cause as many copies, but not beyond the longest array. */
    static int capacity(int now, int added) {
        long doubled = Math.min(2L * now, MAX_BYTES);
        return Math.toIntExact(Math.max((long) now + added, doubled));
    }

    /**
     * Takes the next bytes.
     *
     * @param most the largest number of bytes to take
     * @return the bytes, valid until the next call
     */
    public ByteBuffer take(int most) {
        int length = Math.min(most, length());
        ByteBuffer taken = ByteBuffer.wrap(bytes, from, length);
        from += length;
        return taken;
    }

    /**
     * Puts back the bytes that remain of those taken last.
     *
     * @param taken the buffer that {@link #take} returned
     */
    public void putBack(ByteBuffer taken) {
        from -= taken.remaining();
    }
}
