package dev.anteroom.transport.netty;

import dev.anteroom.transport.HeldBytes;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the pipeline when the wait is over, until the handlers behind have heard everything that they have missed. Confined to
 * the event loop.
 */
/*
 * They hear of the registration and of the active channel, then of the events, and then, when a read() of theirs has arrived here,
 * of the input: the bytes as one read loop, then the end. With autoRead this handler sends the read() itself, as the head of a
 * pipeline does. The handlers may close the channel or change autoRead at every step. If they do not want to read yet, this
 * handler stays until they do. No read() passes before all that was held is gone, so nothing can be overtaken.
 */
final class CatchUp extends ChannelDuplexHandler {
    private final Missed missed;
    private final StoppedReads reads;
    private final boolean wasWritable;
    private boolean readWanted;
    private boolean eager;
    private boolean busy;
    private @Nullable ChannelHandlerContext context;

    CatchUp(Missed missed, StoppedReads reads, boolean wasWritable, boolean readWanted) {
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

    /** Begins, once this handler is in the pipeline. */
    void begin() {
        busy = true;
        ResetNotice.addBehind(context());
        if (missed.registered) {
            context().fireChannelRegistered();
        }
        boolean autoRead = reads.giveBack();
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

    /** Has everything heard at once, wanted or not: by a gate behind, which holds it instead. */
    void hurry() {
        eager = true;
        deliver();
    }

    /** What the head of a pipeline does when the channel has become active, and after each read. */
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
        if (input instanceof HeldBytes bytes) {
            int length = bytes.length();
            context().fireChannelRead(channel().alloc().ioBuffer(length).writeBytes(bytes.take(length)));
        } else if (input instanceof Missed.Header header) {
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

    // ---- what comes meanwhile

    @Override
    public void read(ChannelHandlerContext context) {
        readWanted = true;
        if (!busy) {
            // Not from inside: the caller may not expect to be called back.
            ParkedChannel.onLoop(context, this::deliver);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ParkedChannel.hold(missed, context, message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // Comes when the bytes do.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            missed.addEnd();
        } else if (Missed.isIdle(event)) {
            context.fireUserEventTriggered(event);
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE && missed.hasEnded()) {
            // Comes when the end does.
        } else if (missed.addEvent(event)) {
            deliver();
        } else {
            ParkedChannel.closeForEvents(context, event);
        }
    }

    /** Taken out by someone else, the connection would be served without what it has sent. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (!missed.isEmpty()) {
            missed.release();
            context.channel().close();
        }
    }
}
