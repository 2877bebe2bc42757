package dev.anteroom.transport.nio;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** Bytes of a connection that the kernel has not taken yet, in order, copied into chunks on the heap. */
final class PendingWrites {
    /** Maximum size of a chunk in bytes. */
    private static final int CHUNK = 64 * 1024;

    /** Minimum capacity of a new chunk, so that small writes share one. */
    private static final int LEAST_ROOM = 1024;

    /** Chunks whose data is between position and limit; beyond the limit is room for more. */
    private final Deque<ByteBuffer> chunks = new ArrayDeque<>(4);

    private long bytes;

    long bytes() {
        return bytes;
    }

    boolean isEmpty() {
        return bytes == 0;
    }

    /** Copies the remaining bytes of a buffer. */
    void add(ByteBuffer data) {
        bytes += data.remaining();
        ByteBuffer last = chunks.peekLast();
        if (last != null) {
            fill(last, data);
        }
        while (data.hasRemaining()) {
            int capacity = Math.min(CHUNK, Math.max(LEAST_ROOM, data.remaining()));
            ByteBuffer chunk = ByteBuffer.allocate(capacity).limit(0);
            fill(chunk, data);
            chunks.add(chunk);
        }
    }

    private static void fill(ByteBuffer chunk, ByteBuffer data) {
        int end = chunk.limit();
        int length = Math.min(chunk.capacity() - end, data.remaining());
        chunk.limit(end + length);
        chunk.put(end, data, data.position(), length);
        data.position(data.position() + length);
    }

    /** Writes as much as the channel accepts. */
    void writeTo(WritableByteChannel channel) throws IOException {
        for (ByteBuffer chunk = chunks.peek(); chunk != null; chunk = chunks.peek()) {
            bytes -= channel.write(chunk);
            if (chunk.hasRemaining()) {
                return;
            }
            chunks.remove();
        }
    }

    /**
     * Writes as much of the data as the channel accepts, one chunk at a time. The JDK copies a heap buffer into a
     * direct buffer as large as the write, and keeps that buffer for the thread.
     */
    static void write(ByteBuffer data, WritableByteChannel channel) throws IOException {
        int limit = data.limit();
        boolean taken = true;
        while (taken && data.position() < limit) {
            data.limit(Math.min(limit, data.position() + CHUNK));
            try {
                channel.write(data);
                taken = !data.hasRemaining();
            } finally {
                data.limit(limit);
            }
        }
    }
}
