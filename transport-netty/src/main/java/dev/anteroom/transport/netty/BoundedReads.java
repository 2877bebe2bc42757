package dev.anteroom.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;

/** Lets a channel read into no larger a buffer than its reader has room for; how large it would be otherwise is left alone. */
final class BoundedReads implements RecvByteBufAllocator {
    private final RecvByteBufAllocator unbounded;
    private final Reader reader;

    private BoundedReads(RecvByteBufAllocator unbounded, Reader reader) {
        this.unbounded = unbounded;
        this.reader = reader;
    }

    /** Who reads a channel. */
    @FunctionalInterface
    interface Reader {
        /** Bytes that the next read may bring at most. */
        int bound();
    }

    /** Bounds the reads of a channel that was not read yet. */
    static void install(ChannelConfig config, Reader reader) {
        config.setRecvByteBufAllocator(new BoundedReads(config.getRecvByteBufAllocator(), reader));
    }

    @Override
    @SuppressWarnings("deprecation") // What replaces it is for transports that this is not used with.
    public Handle newHandle() {
        return new DelegatingHandle(unbounded.newHandle()) {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                int room = Math.max(0, reader.bound());
                return room < guess() ? allocator.ioBuffer(room, room) : super.allocate(allocator);
            }
        };
    }
}
