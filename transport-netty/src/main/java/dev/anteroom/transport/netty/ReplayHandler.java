package dev.anteroom.transport.netty;

import dev.anteroom.transport.UnreadBytes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Replaces {@link ParkedChannel} when the wait is over, until the handlers behind have received everything that they
 * have missed. Confined to the event loop.
 */
/*
 * The handlers first receive the registration and the activation of the channel, then the events. After one of them has
 * requested a read() that arrives here, they receive the input: the bytes as one read loop, then the end. With autoRead
 * this handler requests the read() itself, as the head of a pipeline does. The handlers may close the channel or change
 * autoRead at every step. If they do not want to read yet, this handler stays until they do. No read() passes before
 * everything that was kept has been delivered, so nothing can be overtaken.
 */
final class ReplayHandler extends ChannelDuplexHandler {
    private final MissedEvents missed;
    private final StoppedReads reads;
    private final boolean wasWritable;
    private boolean readWanted;
    private boolean eager;
    private boolean busy;
    private @Nullable ChannelHandlerContext context;

    ReplayHandler(MissedEvents missed, StoppedReads reads, boolean wasWritable, boolean readWanted) {
        this.missed = missed;
        this.reads = reads;
        this.wasWritable = wasWritable;
        this.readWanted = readWanted;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    private Channel channel() {
        return context().channel();
    }

    /** Starts the delivery, once this handler is in the pipeline. */
    void begin() {
        busy = true;
        IoUringResetHandler.addBehind(context());
        if (missed.registered) {
            context().fireChannelRegistered();
        }
        boolean autoRead = reads.restore();
        if (missed.active) {
            context().fireChannelActive();
        }
        ParkedChannel.enterNextGate(channel());
        if (channel().isWritable() != wasWritable) {
            context().fireChannelWritabilityChanged();
        }
        if (autoRead) {
            readAutomatically();
        }
        busy = false;
        deliver();
    }

    /** Delivers everything at once, without waiting for a read(). Called by a gate behind, which keeps it instead. */
    void deliverAll() {
        eager = true;
        deliver();
    }

    /** Requests a read as the head of a pipeline does when the channel has become active, and after each read loop. */
    private void readAutomatically() {
        if (channel().config().isAutoRead()) {
            channel().read();
        }
    }

    private void deliver() {
        if (busy || context().isRemoved()) {
            return;
        }
        busy = true;
        boolean more = true;
        while (more && channel().isActive()) {
            more = deliverNext();
        }
        busy = false;
        if (missed.isEmpty()) {
            stepAside();
        }
    }

    private boolean deliverNext() {
        if (missed.hasEvent()) {
            context().fireUserEventTriggered(missed.takeEvent());
        } else if (!missed.hasInput() || !(readWanted || eager)) {
            return false;
        } else if (missed.endsNext()) {
            deliverEnd();
        } else {
            deliverRead();
        }
        return true;
    }

    private void deliverRead() {
        readWanted = false;
        while (missed.hasInput() && !missed.endsNext()) {
            deliver(missed.takeInput());
        }
        context().fireChannelReadComplete();
        readAutomatically();
    }

    private void deliver(Object input) {
        if (input instanceof UnreadBytes bytes) {
            int length = bytes.length();
            context().fireChannelRead(channel().alloc().ioBuffer(length).writeBytes(bytes.take(length)));
        } else if (input instanceof MissedEvents.Header header) {
            context().fireChannelRead(header.message());
        } else {
            context().fireUserEventTriggered(input);
        }
    }

    private void deliverEnd() {
        Object end = missed.takeInput();
        if (Boolean.TRUE.equals(channel().config().getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
            readWanted = false;
            context().fireUserEventTriggered(end);
            context().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        } else {
            context().close();
        }
    }

    private void stepAside() {
        if (!context().isRemoved()) {
            context().pipeline().remove(this);
            if (readWanted) {
                context().read();
            }
        }
    }

    // ---- what arrives meanwhile

    @Override
    public void read(ChannelHandlerContext context) {
        readWanted = true;
        if (!busy) {
            // Not within this call: the caller may not expect to be called back.
            ParkedChannel.onLoop(context, this::deliver);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ParkedChannel.hold(missed, context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Fired with the bytes.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            missed.addEnd();
        } else if (MissedEvents.isIdle(event)) {
            context.fireUserEventTriggered(event);
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE && missed.hasEnded()) {
            // Fired with the end.
        } else if (missed.addEvent(event)) {
            deliver();
        } else {
            ParkedChannel.closeForEvents(context, event);
        }
    }

    /**
     * Closes the connection if other code removes this handler too early: it would be served without what it has sent.
     */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (!missed.isEmpty()) {
            missed.release();
            context.channel().close();
        }
    }
}
