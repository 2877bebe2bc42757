package dev.anteroom.transport.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundHandlerAdapter;

/**
 * Keeps a channel from being read while its connection waits, and makes its configuration what it was. Confined to the event loop.
 *
 * <p>Turning autoRead on makes Netty send a {@code read()} through the pipeline. The user's handlers have not asked for it, so it
 * ends behind the last of them.
 */
final class StoppedReads {
    private static final ReadsEnd READS_END = new ReadsEnd();

    private final Channel channel;
    private boolean stopped;
    private boolean autoRead;
    private boolean halfClosureLent;

    StoppedReads(Channel channel) {
        this.channel = channel;
    }

    /** Stops reading; if it has been turned on again since, once more. */
    void stop(boolean keepsHalfClosed) {
        ChannelConfig config = channel.config();
        autoRead |= config.isAutoRead();
        config.setAutoRead(false);
        if (!stopped && keepsHalfClosed && Boolean.FALSE.equals(config.getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
            halfClosureLent = config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        stopped = true;
    }

    /**
     * Restores the configuration, without a read.
     *
     * @return whether autoRead is on, and the handlers have yet to be told to read
     */
    boolean giveBack() {
        if (!stopped) {
            return false;
        }
        ChannelConfig config = channel.config();
        if (halfClosureLent) {
            config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        }
        channel.pipeline().addLast(READS_END);
        config.setAutoRead(true);
        // Not a no-op: it calls off a read ahead that is under way.
        config.setAutoRead(false);
        config.setAutoRead(autoRead);
        channel.pipeline().remove(READS_END);
        return autoRead;
    }

    /** The end of the pipeline, for reads. */
    @Sharable
    private static final class ReadsEnd extends ChannelOutboundHandlerAdapter {
        @Override
        public void read(ChannelHandlerContext context) {}
    }
}
