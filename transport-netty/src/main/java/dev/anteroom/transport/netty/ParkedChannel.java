package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.Decision;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.HalfClose;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the pipeline for {@link AdmissionHandler} until its connection is admitted. Confined to the event loop.
 */
/*
 *     ARRIVING --admitted at the door--> CatchUp
 *     ARRIVING --waits--> WAITING --admitted--> CatchUp
 *     either --turned away, there is an answer--> CatchUp (the answer is behind now, in place of the server's handlers)
 *     either --left, or turned away without an answer--> the channel is closed
 *
 * ARRIVING, until the pipeline is complete and no other gate in front is undecided: so that a connection waits for one gate after
 * the other, in the order of the pipeline, whatever the order in which they were added. Most connections arrive and are
 * decided within the registration of their channel.
 *
 * WAITING. As while ARRIVING, what the handlers behind would have heard is noted in Missed, and not passed on. Nothing is read for
 * them: autoRead is off, and a read() of theirs is noted too. As in NettyTransport, a departure is noticed on epoll and
 * io_uring without reading, and then what was unread comes first, in spite of autoRead; on NIO it is noticed by reading ahead.
 *
 * A channel may move to another loop meanwhile. So everything that comes from elsewhere (the gate, timers, tasks) looks for the
 * loop when it runs.
 */
final class ParkedChannel extends ChannelDuplexHandler implements AdmissionCallback, BoundedReads.Reader {
    private static final long WATCH_PERIOD_MILLIS = 500;

    private static final String NOT_FIRST = "a connection is closed: AdmissionHandler holds bytes and was given a {0};"
            + " it must come before every decoder (pipeline.addFirst)";

    private static final String TOO_MANY_EVENTS = "a connection is closed: while it waited, more than " + Missed.EVENTS
            + " events were fired at it, now a {0}; put the handlers that fire them behind the gate (AdmissionInitializer)";

    private final Channel channel;
    private final AdmissionGate gate;
    private final AdmissionOptions options;
    private final @Nullable ChannelHandler whenAdmitted;
    private final @Nullable NettyIo io;
    private final Missed missed = new Missed();
    private final StoppedReads reads;
    private final boolean wasWritable;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Admission admission;
    private boolean mayHaveBeenAsked;
    private boolean readWanted;
    private boolean passesOnceRegistered;
    private boolean watching;

    /** Another handler stands here, or none. */
    private boolean over;

    /**
     * Prepares for the wait of a channel, which need not come to that.
     *
     * @param whenAdmitted comes behind on admission, if anything is to
     */
    ParkedChannel(
            Channel channel, AdmissionGate gate, AdmissionOptions options, @Nullable ChannelHandler whenAdmitted) {
        this.channel = channel;
        this.gate = gate;
        this.options = options;
        this.whenAdmitted = whenAdmitted;
        io = NettyIo.of(channel);
        reads = new StoppedReads(channel);
        wasWritable = channel.isWritable();
    }

    /** Takes the place of the handler at the door. */
    void replace(ChannelHandlerContext door) {
        ChannelPipeline pipeline = door.pipeline();
        boolean complete = pipeline.get(ChannelInitializer.class) == null;
        mayHaveBeenAsked = mayHaveBeenAsked(door);
        pipeline.replace(door.name(), door.name(), this);
        if (complete) {
            enter();
        }
        if (!over) {
            onLoop(context(), this::settle);
        }
    }

    /** Whether handlers were there before the door, which may have asked to read with nobody to note it, as Reactor Netty does. */
    private static boolean mayHaveBeenAsked(ChannelHandlerContext door) {
        return door.pipeline().toMap().values().stream()
                .anyMatch(handler -> handler != door.handler() && !(handler instanceof ChannelInitializer));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        this.context = context;
    }

    private ChannelHandlerContext context() {
        return Objects.requireNonNull(context);
    }

    /** Runs something on the loop that the channel has by then. */
    static void onLoop(ChannelHandlerContext context, Runnable task) {
        context.executor().execute(() -> {
            if (context.executor().inEventLoop()) {
                task.run();
            } else {
                onLoop(context, task);
            }
        });
    }

    // ---- at the door

    /** Has the first gate that has not admitted yet decide. */
    static void enterNextGate(Channel channel) {
        ParkedChannel next = channel.pipeline().get(ParkedChannel.class);
        if (next != null) {
            next.settle();
        }
    }

    /** Does what there is to do once the pipeline is complete. */
    private void settle() {
        enter();
        if (isWaiting() && channel.isActive()) {
            reads.stop(keepsHalfClosed());
            readAhead();
        }
    }

    private boolean isWaiting() {
        return !over && admission != null;
    }

    private void enter() {
        if (over || admission != null || !channel.isActive() || isBehindAnotherGate()) {
            return;
        }
        if (Slots.areHeld(channel, gate)) {
            pass(whenAdmitted);
            return;
        }
        try {
            admission = EarlyEntry.enter(gate, channel, task -> onLoop(context(), task), this);
        } catch (Throwable e) {
            // Nobody passes: this handler stays, and hears alone that the channel is closed.
            context().fireExceptionCaught(e);
            context().close();
            return;
        }
        decided(admission);
    }

    private boolean isBehindAnotherGate() {
        for (Map.Entry<String, ChannelHandler> handler : channel.pipeline()) {
            if (handler.getValue() instanceof ParkedChannel first) {
                return first != this;
            }
        }
        return false;
    }

    private void decided(Admission admission) {
        if (admission.decision() == Decision.ADMITTED) {
            admitted(admission);
            return;
        }
        readWanted |= mayHaveBeenAsked;
        if (mustReadAhead()) {
            BoundedReads.install(channel.config(), this);
        }
        takeFromGatesInFront();
        if (admission.decision() == Decision.REFUSED) {
            Slots.giveBack(channel);
            // Later: the pipeline may still be being built.
            onLoop(context(), () -> turnedAway(admission));
        }
    }

    /** What they still hold is held here, so that nothing keeps a departure from being noticed. */
    private void takeFromGatesInFront() {
        for (Map.Entry<String, ChannelHandler> handler : channel.pipeline()) {
            if (handler.getValue() == this) {
                return;
            }
            if (handler.getValue() instanceof CatchUp inFront) {
                inFront.hurry();
            }
        }
    }

    // ---- while it waits

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        missed.registered = true;
        if (passesOnceRegistered) {
            pass(whenAdmitted);
        } else if (isWaiting()) {
            settle();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        missed.active = true;
        settle();
    }

    private boolean keepsHalfClosed() {
        return options.halfClose() == HalfClose.KEEP;
    }

    private boolean mustReadAhead() {
        return io != null && io.mustReadAhead();
    }

    private void readAhead() {
        if (mustReadAhead() && !missed.hasEnded() && bound() > 0) {
            context().read();
        } else {
            watch();
        }
    }

    @Override
    public int bound() {
        return (int) Math.min(Integer.MAX_VALUE, options.preReadBytes() + 1L - missed.length());
    }

    @Override
    public void read(ChannelHandlerContext context) {
        readWanted = true;
        keepStopped();
    }

    /** AutoRead may have been turned on. */
    private void keepStopped() {
        if (isWaiting()) {
            reads.stop(keepsHalfClosed());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        keepStopped();
        hold(missed, context, message);
    }

    /** Notes bytes, and the header that a HAProxyMessageDecoder in front has made of some. */
    static void hold(Missed missed, ChannelHandlerContext context, Object message) {
        if (Missed.isProxyHeader(message) && missed.addHeader(message)) {
            return;
        }
        try {
            if (message instanceof ByteBuf data) {
                missed.addBytes(data);
            } else {
                NettyEventLoop.LOGGER.log(ERROR, NOT_FIRST, message.getClass().getName());
                context.close();
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (!isWaiting()) {
            return;
        }
        keepStopped();
        readAhead();
        if (io != null && !io.mustReadAhead() && !missed.hasEnded()) {
            // What has come although nobody reads came before the end; if that is a reset, io_uring does not say so.
            closeIfReset();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // Heard on admission, if it is not what it was.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE && missed.hasEnded()) {
            return;
        } else if (!Missed.isIdle(event) && !missed.addEvent(event)) {
            closeForEvents(context, event);
        }
    }

    private void inputEnded() {
        missed.addEnd();
        if (keepsHalfClosed()) {
            watch();
        } else {
            context().close();
        }
    }

    static void closeForEvents(ChannelHandlerContext context, Object event) {
        NettyEventLoop.LOGGER.log(ERROR, TOO_MANY_EVENTS, event.getClass().getName());
        ReferenceCountUtil.safeRelease(event);
        context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        NettyEventLoop.LOGGER.log(DEBUG, "a waiting connection is closed for an exception", cause);
        context.close();
    }

    /** Begins to ask for a reset on a timer, if nobody is going to tell. */
    private void watch() {
        if (!watching && isUnheard()) {
            watching = true;
            context()
                    .executor()
                    .schedule(() -> onLoop(context(), this::look), WATCH_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        watching = false;
        if (isUnheard()) {
            try {
                closeIfReset();
            } finally {
                watch();
            }
        }
    }

    private boolean isUnheard() {
        return isWaiting()
                && io != null
                && channel.isActive()
                && (missed.hasEnded() || (mustReadAhead() && bound() <= 0));
    }

    private void closeIfReset() {
        if (io != null && channel.isActive() && io.isReset(channel)) {
            context().close();
        }
    }

    // ---- the end of the wait

    @Override
    public void admitted(Admission admission) {
        if (over || isLoopShutDown() || !channel.isActive()) {
            // Its handler is gone, or about to hear that the channel is.
            admission.leave();
            return;
        }
        Slots.hold(channel, gate, admission);
        if (channel.isRegistered()) {
            pass(whenAdmitted);
        } else {
            passesOnceRegistered = true;
        }
    }

    @Override
    public void turnedAway(Admission admission) {
        if (over || isLoopShutDown()) {
            return;
        }
        Slots.giveBack(channel);
        ChannelHandler answer = options.answer();
        if (answer == null || !channel.isActive() || !channel.isRegistered()) {
            context().close();
            return;
        }
        removeHandlersBehind();
        Future<?> linger =
                channel.eventLoop().schedule(() -> channel.close(), options.lingerNanos(), TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(closed -> linger.cancel(false));
        missed.registered = true;
        missed.active = true;
        pass(answer);
    }

    /** A loop that is shut down rejects the gate's calls, which are then made on another thread; it has closed its channels. */
    private boolean isLoopShutDown() {
        return !context().executor().inEventLoop();
    }

    private void removeHandlersBehind() {
        ChannelPipeline pipeline = channel.pipeline();
        while (pipeline.last() != this) {
            if (pipeline.last() instanceof ParkedChannel gateBehind) {
                gateBehind.withdraw();
            }
            pipeline.removeLast();
        }
    }

    /** Ends the wait: those behind hear what they have missed. */
    private void pass(@Nullable ChannelHandler newcomer) {
        over = true;
        BoundedReads.lift(channel.config());
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandler first = pipeline.first();
        if (newcomer != null) {
            pipeline.addAfter(context().name(), null, newcomer);
        }
        CatchUp next = new CatchUp(missed, reads, wasWritable, readWanted);
        if (pipeline.first() == first) {
            pipeline.replace(this, context().name(), next);
        } else {
            // The newcomer has added handlers in front, which have missed as much.
            pipeline.addFirst(next);
            pipeline.remove(this);
        }
        next.begin();
    }

    // ---- the end of the channel

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        if (!missed.active) {
            context.fireChannelInactive();
        }
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        if (!missed.registered) {
            context.fireChannelUnregistered();
        }
        if (channel.isOpen()) {
            // It may be closed before it is registered again, and then nobody says so.
            channel.closeFuture().addListener(closed -> leave());
        }
    }

    /** Taken out by someone else while it waits, the connection would be served without a slot. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        if (!over) {
            withdraw();
            channel.close();
        }
    }

    private void withdraw() {
        leave();
        over = true;
    }

    /** Gives up the place, or a slot that it did not come to use. */
    private void leave() {
        if (!over) {
            if (admission != null) {
                admission.leave();
            }
            missed.release();
        }
    }
}
