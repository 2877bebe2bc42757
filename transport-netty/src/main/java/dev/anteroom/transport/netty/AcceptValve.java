package dev.anteroom.transport.netty;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.Intake;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Enters the connections of a server channel into a gate as they are accepted, and lets the channel accept, or not. The first handler of the channel, so that no one else's {@code read()} passes while it
 * is shut: Netty's {@code ServerBootstrapAcceptor}, for one, turns autoRead on again a second after each failure to accept.
 *
 * <p>It is shut at once. What the channel had accepted by then (NIO accepts several before it tells of the first, io_uring goes
 * on until a cancellation has reached the kernel) waits inside, and is the first to pass when it is opened. Both may be done by any thread.
 */
final class AcceptValve extends ChannelDuplexHandler implements Intake {
    private static final long CHECK_PERIOD_SECONDS = 1;

    private final AdmissionGate gate;
    private final Queue<Object> accepted = new ArrayDeque<>(0);

    /** Those that no handler has taken over yet, of which the oldest come first. */
    private final Queue<EarlyEntry> entries = new ArrayDeque<>(0);

    private boolean checking;
    private volatile Intake.@Nullable Hold hold;
    private volatile @Nullable ChannelHandlerContext context;
    private volatile boolean shut;

    AcceptValve(AdmissionGate gate) {
        this.gate = gate;
    }

    /** Has the gate say when to pause. */
    void holdWhenFull() {
        hold = gate.holdWhenFull(this);
    }

    /** Lets the gate go. */
    void release() {
        Intake.Hold held = hold;
        if (held != null) {
            held.close();
        }
    }

    /** Whether the room is full, though {@link #pause} may be about to be called. */
    private boolean isHolding() {
        Intake.Hold held = hold;
        return shut || (held != null && held.isHolding());
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
                // The loop is gone, and the channel with it.
            }
        }
    }

    private void update(ChannelHandlerContext context) {
        if (shut) {
            context.channel().config().setAutoRead(false);
            return;
        }
        while (!isHolding() && !accepted.isEmpty()) {
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
        EarlyEntry entry = EarlyEntry.of((Channel) child, gate);
        if (entry != null) {
            entries.add(entry);
            checkLater(context);
        }
        context.fireChannelRead(child);
    }

    /** A channel may be closed before its handlers are added, without telling anyone. */
    private void checkLater(ChannelHandlerContext context) {
        if (!checking) {
            checking = true;
            context.executor().schedule(() -> check(context), CHECK_PERIOD_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void check(ChannelHandlerContext context) {
        checking = false;
        entries.removeIf(EarlyEntry::isOver);
        if (!entries.isEmpty()) {
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
        if (!isHolding() && accepted.isEmpty()) {
            pass(context, child);
            return;
        }
        accepted.add(child);
        if (!shut && accepted.size() == 1) {
            context.executor().execute(() -> update(context));
        }
    }
}
