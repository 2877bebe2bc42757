package dev.anteroom.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Lets a channel read into no larger a buffer than its reader has room for; how large it would be otherwise is left alone. It
 * stays in the channel's configuration: a channel asks its allocator once, before its first read.
 */
final class BoundedReads implements MaxMessagesRecvByteBufAllocator {
    private final RecvByteBufAllocator unbounded;
    private @Nullable Reader reader;

    private BoundedReads(RecvByteBufAllocator unbounded) {
        this.unbounded = unbounded;
    }

    /** Who reads a channel. */
    @FunctionalInterface
    interface Reader {
        /** Bytes that the next read may bring at most. */
        int bound();
    }

    /** Bounds the reads of a channel, if it was not read yet or is bounded already. */
    static void install(ChannelConfig config, Reader reader) {
        RecvByteBufAllocator installed = config.getRecvByteBufAllocator();
        BoundedReads bounded = installed instanceof BoundedReads already ? already : new BoundedReads(installed);
        bounded.reader = reader;
        if (bounded != installed) {
            config.setRecvByteBufAllocator(bounded);
        }
    }

    /** Lets a channel read as it would, and forgets the reader. */
    static void lift(ChannelConfig config) {
        if (config.getRecvByteBufAllocator() instanceof BoundedReads bounded) {
            bounded.reader = null;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // What replaces it is for transports that this is not used with.
    public Handle newHandle() {
        return new DelegatingHandle(unbounded.newHandle()) {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                // At least a byte: Netty goes on for ever to read into a buffer without room.
                int room = reader == null ? Integer.MAX_VALUE : Math.max(1, reader.bound());
                return room < guess() ? allocator.ioBuffer(room, room) : super.allocate(allocator);
            }
        };
    }

    @Override
    public int maxMessagesPerRead() {
        return maxMessages().maxMessagesPerRead();
    }

    @Override
    public MaxMessagesRecvByteBufAllocator maxMessagesPerRead(int maxMessagesPerRead) {
        maxMessages().maxMessagesPerRead(maxMessagesPerRead);
        return this;
    }

    /** A channel's configuration casts its allocator likewise. */
    private MaxMessagesRecvByteBufAllocator maxMessages() {
        return (MaxMessagesRecvByteBufAllocator) unbounded;
    }
}
