package dev.anteroom.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Stops the reads of a channel while its connection waits, and restores its configuration afterwards. Confined to the
 * event loop.
 *
 * <p>Turning autoRead on makes Netty send a {@code read()} through the pipeline. The user's handlers have not requested
 * it, so a temporary handler behind the last of them stops it.
 */
final class StoppedReads {
    private static final ReadBarrier READ_BARRIER = new ReadBarrier();

    private final Channel channel;
    private boolean stopped;
    private boolean autoRead;
    private boolean halfClosureEnabled;

    StoppedReads(Channel channel) {
        this.channel = channel;
    }

    /** Stops reading. Call it again to stop reads that were turned on since. */
    void stop(boolean keepsHalfClosed) {
        ChannelConfig config = channel.config();
        autoRead |= config.isAutoRead();
        config.setAutoRead(false);
        if (!stopped && keepsHalfClosed && Boolean.FALSE.equals(config.getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
            halfClosureEnabled = config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        stopped = true;
    }

    /**
     * Restores the configuration, without a read.
     *
     * @return whether autoRead is on, so that the handlers must still be made to read
     */
    boolean restore() {
        if (!stopped) {
            return false;
        }
        ChannelConfig config = channel.config();
        if (halfClosureEnabled) {
            config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        }
        channel.pipeline().addLast(READ_BARRIER);
        config.setAutoRead(true);
        // Not a no-op: it cancels a read ahead that is under way.
        config.setAutoRead(false);
        config.setAutoRead(autoRead);
        channel.pipeline().remove(READ_BARRIER);
        return autoRead;
    }

    /** A handler that passes no read on. */
    @Sharable
    private static final class ReadBarrier extends ChannelOutboundHandlerAdapter {
        @Override
        public void read(ChannelHandlerContext context) {}
    }
}
