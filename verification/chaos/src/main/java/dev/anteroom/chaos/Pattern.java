package dev.anteroom.chaos;

import java.nio.ByteBuffer;

/**
 * A stream of bytes that is determined by its seed. A reader that knows the seed can check each byte, so it detects
 * where a byte is lost, repeated, reordered or taken from another connection.
 */
final class Pattern {
    private static final long ODD = 0x9E3779B97F4A7C15L;

    private final long seed;
    private final long length;
    private long position;

    Pattern(long seed, long length) {
        this.seed = seed;
        this.length = length;
    }

    long position() {
        return position;
    }

    boolean isComplete() {
        return position == length;
    }

    /** Returns the next bytes, up to a bound. */
    ByteBuffer next(int atMost) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(atMost, length - position));
        while (bytes.hasRemaining()) {
            bytes.put(take());
        }
        return bytes.flip();
    }

    /** Consumes bytes that were received; returns false if any of them differs from the stream. */
    boolean continuesWith(ByteBuffer bytes) {
        boolean right = bytes.remaining() <= length - position;
        while (bytes.hasRemaining()) {
            right &= bytes.get() == take();
        }
        return right;
    }

    private byte take() {
        position++;
        return (byte) (((seed + (position * ODD)) * ODD) >>> 56);
    }
}
