package dev.anteroom.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.MaxMessagesRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Limits the size of a channel's read buffers to what its reader has room for, and otherwise leaves their size to the
 * channel's own allocator. It stays in the channel's configuration, because a channel asks its allocator only once,
 * before its first read.
 */
final class BoundedReads implements MaxMessagesRecvByteBufAllocator {
    private final RecvByteBufAllocator unbounded;
    private @Nullable Reader reader;

    private BoundedReads(RecvByteBufAllocator unbounded) {
        this.unbounded = unbounded;
    }

    /** The reader of a channel. */
    @FunctionalInterface
    interface Reader {
        /** Returns the maximum number of bytes that the next read may deliver. */
        int bound();
    }

    /**
     * Bounds the reads of a channel. Has no effect on a channel that was read before, unless it is bounded already.
     */
    static void install(ChannelConfig config, Reader reader) {
        RecvByteBufAllocator installed = config.getRecvByteBufAllocator();
        BoundedReads bounded = installed instanceof BoundedReads already ? already : new BoundedReads(installed);
        bounded.reader = reader;
        if (bounded != installed) {
            config.setRecvByteBufAllocator(bounded);
        }
    }

    /** Removes the bound, and releases the reader. */
    static void lift(ChannelConfig config) {
        if (config.getRecvByteBufAllocator() instanceof BoundedReads bounded) {
            bounded.reader = null;
        }
    }

    @Override
    @SuppressWarnings("deprecation") // Its replacement is for transports that do not use this class.
    public Handle newHandle() {
        return new DelegatingHandle(unbounded.newHandle()) {
            @Override
            public ByteBuf allocate(ByteBufAllocator allocator) {
                // At least one byte: Netty would keep reading for ever into a buffer without room.
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

    /** Returns the channel's own allocator, with the cast that a channel's configuration makes too. */
    private MaxMessagesRecvByteBufAllocator maxMessages() {
        return (MaxMessagesRecvByteBufAllocator) unbounded;
    }
}
