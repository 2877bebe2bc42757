package dev.anteroom.transport.netty;

import dev.anteroom.gate.Intake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Lets a server channel accept, or not. The first handler of the channel, so that no one else's {@code read()} passes while it
 * is shut: Netty's {@code ServerBootstrapAcceptor}, for one, turns autoRead on again a second after each failure to accept.
 *
 * <p>It is shut at once. What the channel had accepted by then (NIO accepts several before it tells of the first, io_uring goes
 * on until a cancellation has reached the kernel) waits inside, and is the first to pass when it is opened. Both may be done by any thread.
 */
final class AcceptValve extends ChannelDuplexHandler implements Intake {
    private final Queue<Object> accepted = new ArrayDeque<>(0);
    private volatile @Nullable ChannelHandlerContext context;
    private volatile boolean shut;

    @Override
    public void pause() {
        shut(true);
    }

    @Override
    public void resume() {
        shut(false);
    }

    private void shut(boolean shut) {
        this.shut = shut;
        ChannelHandlerContext here = context;
        if (here != null) {
            try {
                here.executor().execute(() -> update(here));
            } catch (RejectedExecutionException e) {
                // The loop is gone, and the channel with it.
            }
        }
    }

    private void update(ChannelHandlerContext context) {
        if (shut) {
            context.channel().config().setAutoRead(false);
            return;
        }
        while (!shut && !accepted.isEmpty()) {
            context.fireChannelRead(accepted.remove());
        }
        if (!shut && context.channel().isActive()) {
            context.channel().config().setAutoRead(true);
            context.read();
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
        update(context);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        accepted.forEach(child -> ((Channel) child).unsafe().closeForcibly());
        accepted.clear();
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (!shut) {
            context.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
        if (shut) {
            accepted.add(child);
        } else {
            context.fireChannelRead(child);
        }
    }
}
