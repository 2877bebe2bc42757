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

/** Replaces {@link AdmissionHandler} in the pipeline until the connection is admitted. Confined to the event loop. */
/*
 *     ARRIVING --admitted at the door--> ReplayHandler
 *     ARRIVING --waits--> WAITING --admitted--> ReplayHandler
 *     either --turned away, there is an answer--> ReplayHandler (the answer follows it, instead of the server's
 *         handlers)
 *     either --left, or turned away without an answer--> the channel is closed
 *
 * ARRIVING lasts until the pipeline is complete and every gate in front has decided. A connection therefore waits for
 * one gate after the other, in the order of the pipeline, whatever the order in which the gates were added. Most
 * connections arrive and are decided during the registration of their channel.
 *
 * WAITING: as in ARRIVING, events for the handlers behind are kept in MissedEvents, and not passed on. Nothing is read
 * for the handlers: autoRead is off, and a read() that they request is remembered. As in NettyTransport, epoll and
 * io_uring report a departure without a read, after they have delivered the unread bytes in spite of autoRead; NIO
 * reveals a departure only by reading ahead.
 *
 * A channel may move to another loop meanwhile. So everything that comes from elsewhere (the gate, timers, tasks) looks
 * up the loop when it runs.
 */
final class ParkedChannel extends ChannelDuplexHandler implements AdmissionCallback, BoundedReads.Reader {
    private static final long CHECK_PERIOD_MILLIS = 500;

    private static final String NOT_FIRST = "a connection is closed: AdmissionHandler holds bytes and was given a {0};"
            + " it must come before every decoder (pipeline.addFirst)";

    private static final String TOO_MANY_EVENTS =
            "a connection is closed: while it waited, more than " + MissedEvents.EVENTS
                    + " events were fired at it, now a {0};"
                    + " put the handlers that fire them behind the gate (AdmissionInitializer)";

    private final Channel channel;
    private final AdmissionGate gate;
    private final AdmissionOptions options;
    private final @Nullable ChannelHandler whenAdmitted;
    private final @Nullable NettyIo io;
    private final MissedEvents missed = new MissedEvents();
    private final StoppedReads reads;
    private final boolean wasWritable;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Admission admission;
    private boolean mayHaveReadRequest;
    private boolean readWanted;
    private boolean admittedWhileUnregistered;
    private boolean checking;

    /** Whether this handler has left the pipeline: another has replaced it, or none. */
    private boolean over;

    /**
     * Creates the handler of a channel, which need not come to wait.
     *
     * @param whenAdmitted the handler to add behind on admission; null for none
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

    /** Replaces the handler at the door. */
    void replace(ChannelHandlerContext door) {
        ChannelPipeline pipeline = door.pipeline();
        boolean complete = pipeline.get(ChannelInitializer.class) == null;
        mayHaveReadRequest = mayHaveReadRequest(door);
        pipeline.replace(door.name(), door.name(), this);
        if (complete) {
            enter();
        }
        if (!over) {
            onLoop(context(), this::enterOrPark);
        }
    }

    /**
     * Whether handlers precede the one at the door: they may have requested a read that no handler noted, as Reactor
     * Netty does.
     */
    private static boolean mayHaveReadRequest(ChannelHandlerContext door) {
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

    /** Runs a task on the loop that the channel belongs to when the task runs. */
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

    /** Enters the first gate in the pipeline that has not admitted the connection yet. */
    static void enterNextGate(Channel channel) {
        ParkedChannel next = channel.pipeline().get(ParkedChannel.class);
        if (next != null) {
            next.enterOrPark();
        }
    }

    /** Enters the gate if the pipeline is complete; stops reading if the connection waits. */
    private void enterOrPark() {
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
            endWait(whenAdmitted);
            return;
        }
        try {
            admission = EarlyAdmission.enter(gate, channel, task -> onLoop(context(), task), this);
        } catch (Throwable e) {
            // The connection does not pass: this handler stays, and is the only one to learn that the channel is
            // closed.
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
        readWanted |= mayHaveReadRequest;
        if (mustReadAhead()) {
            BoundedReads.install(channel.config(), this);
        }
        drainGatesInFront();
        if (admission.decision() == Decision.REFUSED) {
            Slots.release(channel);
            // In a later turn, because the pipeline may still be under construction.
            onLoop(context(), () -> turnedAway(admission));
        }
    }

    /** Moves what the gates in front still keep into this one, so that a departure can be noticed. */
    private void drainGatesInFront() {
        for (Map.Entry<String, ChannelHandler> handler : channel.pipeline()) {
            if (handler.getValue() == this) {
                return;
            }
            if (handler.getValue() instanceof ReplayHandler inFront) {
                inFront.deliverAll();
            }
        }
    }

    // ---- while it waits

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        missed.registered = true;
        if (admittedWhileUnregistered) {
            endWait(whenAdmitted);
        } else if (isWaiting()) {
            enterOrPark();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        missed.active = true;
        enterOrPark();
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
            checkLater();
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

    /** Stops reading again, because autoRead may have been turned on. */
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

    /** Keeps bytes, and the header that a HAProxyMessageDecoder in front has decoded. */
    static void hold(MissedEvents missed, ChannelHandlerContext context, Object message) {
        if (MissedEvents.isProxyHeader(message) && missed.addHeader(message)) {
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
            // Bytes that arrive although nothing is read precede the end. If the end is a reset, io_uring does not
            // report it.
            closeIfReset();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        // Delivered on admission, if the channel's writability has changed.
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded();
        } else if (event == ChannelInputShutdownReadComplete.INSTANCE && missed.hasEnded()) {
            return;
        } else if (!MissedEvents.isIdle(event) && !missed.addEvent(event)) {
            closeForEvents(context, event);
        }
    }

    private void inputEnded() {
        missed.addEnd();
        if (keepsHalfClosed()) {
            checkLater();
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

    /** Starts a timer that checks for a reset, if Netty would not report it. */
    private void checkLater() {
        if (!checking && isUnreported()) {
            checking = true;
            context()
                    .executor()
                    .schedule(() -> onLoop(context(), this::check), CHECK_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void check() {
        checking = false;
        if (isUnreported()) {
            try {
                closeIfReset();
            } finally {
                checkLater();
            }
        }
    }

    private boolean isUnreported() {
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
            // The channel is closed, or this handler was removed.
            admission.leave();
            return;
        }
        Slots.hold(channel, gate, admission);
        if (channel.isRegistered()) {
            endWait(whenAdmitted);
        } else {
            admittedWhileUnregistered = true;
        }
    }

    @Override
    public void turnedAway(Admission admission) {
        if (over || isLoopShutDown()) {
            return;
        }
        Slots.release(channel);
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
        endWait(answer);
    }

    /**
     * Whether the loop has shut down and closed its channels. It rejects the gate's callbacks, which then run on
     * another thread.
     */
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

    /**
     * Ends the wait, and delivers to the handlers behind what they have missed.
     *
     * @param newcomer a handler to add behind this one first; null for none
     */
    private void endWait(@Nullable ChannelHandler newcomer) {
        over = true;
        BoundedReads.lift(channel.config());
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandler first = pipeline.first();
        if (newcomer != null) {
            pipeline.addAfter(context().name(), null, newcomer);
        }
        ReplayHandler next = new ReplayHandler(missed, reads, wasWritable, readWanted);
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
            // The channel may be closed before it is registered again, which no event reports.
            channel.closeFuture().addListener(closed -> leave());
        }
    }

    /**
     * Closes the connection if other code removes this handler while the connection waits: it would be served without a
     * slot.
     */
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

    /** Gives up the connection's place, or a slot that it has not used yet. */
    private void leave() {
        if (!over) {
            if (admission != null) {
                admission.leave();
            }
            missed.release();
        }
    }
}
