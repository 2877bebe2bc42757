package dev.anteroom.chaos;

import java.nio.ByteBuffer;

/**
 * A stream of bytes that its seed tells: whoever knows the seed can say of each byte whether it is right where it is, so a byte lost, doubled,
 * overtaken, or come from another connection is found where it happens.
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

    /** The next bytes, as many as there are up to a bound. */
    ByteBuffer next(int atMost) {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(atMost, length - position));
        while (bytes.hasRemaining()) {
            bytes.put(take());
        }
        return bytes.flip();
    }

    /** Takes what came; false if one byte of it is not the next one. */
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
