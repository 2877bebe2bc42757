package dev.anteroom.transport.netty;

import dev.anteroom.gate.Acceptor;
import dev.anteroom.gate.AdmissionGate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Enters the connections of a server channel into a gate as they are accepted, and starts and stops accepting. It is
 * the first handler of the channel, so that no other handler's {@code read()} passes while the valve is shut. Netty's
 * {@code ServerBootstrapAcceptor}, for example, turns autoRead on again a second after each failure to accept.
 *
 * <p>The valve shuts at once. Connections that the channel has accepted by then (NIO accepts several before it reports
 * the first, io_uring goes on until a cancellation has reached the kernel) are queued in the valve, and are the first
 * to pass when it opens. Any thread may open or shut it.
 */
final class AcceptValve extends ChannelDuplexHandler implements Acceptor {
    private static final long CHECK_PERIOD_SECONDS = 1;

    private final AdmissionGate gate;
    private final Queue<Object> accepted = new ArrayDeque<>(0);

    /** Admissions that no handler has taken over yet, oldest first. */
    private final Queue<EarlyAdmission> unclaimed = new ArrayDeque<>(0);

    private boolean checking;
    private volatile Acceptor.@Nullable Control control;
    private volatile @Nullable ChannelHandlerContext context;
    private volatile boolean shut;

    AcceptValve(AdmissionGate gate) {
        this.gate = gate;
    }

    /** Registers the valve with the gate, which pauses and resumes it. */
    void pauseWhenFull() {
        control = gate.pauseWhenFull(this);
    }

    /** Ends the registration with the gate. */
    void release() {
        Acceptor.Control registered = control;
        if (registered != null) {
            registered.close();
        }
    }

    /**
     * Whether new connections must stay in the valve: it is shut, or the room is full and {@link #pause} is about to be
     * called.
     */
    private boolean isPaused() {
        Acceptor.Control registered = control;
        return shut || (registered != null && registered.isPaused());
    }

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
                // The loop has ended, and the channel is closed.
            }
        }
    }

    private void update(ChannelHandlerContext context) {
        if (shut) {
            context.channel().config().setAutoRead(false);
            return;
        }
        while (!isPaused() && !accepted.isEmpty()) {
            pass(context, accepted.remove());
        }
        if (!shut && !accepted.isEmpty()) {
            context.executor().execute(() -> update(context));
        } else if (!shut && context.channel().isActive()) {
            context.channel().config().setAutoRead(true);
            context.read();
        }
    }

    private void pass(ChannelHandlerContext context, Object child) {
        EarlyAdmission early = EarlyAdmission.of((Channel) child, gate);
        if (early != null) {
            unclaimed.add(early);
            checkLater(context);
        }
        context.fireChannelRead(child);
    }

    /** Schedules a check for channels that were closed before their handlers were added, which no callback reports. */
    private void checkLater(ChannelHandlerContext context) {
        if (!checking) {
            checking = true;
            context.executor().schedule(() -> check(context), CHECK_PERIOD_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void check(ChannelHandlerContext context) {
        checking = false;
        unclaimed.removeIf(EarlyAdmission::tryFinish);
        if (!unclaimed.isEmpty()) {
            checkLater(context);
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
        if (!isPaused() && accepted.isEmpty()) {
            pass(context, child);
            return;
        }
        accepted.add(child);
        if (!shut && accepted.size() == 1) {
            context.executor().execute(() -> update(context));
        }
    }
}
