package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.ERROR;

import dev.anteroom.expression.Durations;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.transport.HeldBytes;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.ChannelInputShutdownReadComplete;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands in the pipeline for {@link AdmissionHandler} while its connection waits. Confined to the event loop.
 */
/*
 *     WAITING --admitted--> PASSING --all that was held has been heard--> removed
 *     WAITING --turned away, there is an answer--> PASSING (the answer is behind now, in place of the server's handlers)
 *     WAITING --left, or turned away without an answer--> the channel is closed
 *
 * WAITING. What the handlers behind would have heard is noted, and not passed on. Nothing is read for them: autoRead is off, and
 * a read() of theirs is noted too. As in NettyTransport, a departure is noticed on epoll and io_uring without reading, and then
 * what was unread comes first, in spite of autoRead; on NIO it is noticed by reading ahead.
 *
 * PASSING. They hear of the registration and of the active channel, and then, when they want something to be read (by
 * autoRead or by read()), what was held: the bytes as one buffer and one read loop, then the end of the input. They may close
 * the channel or change autoRead at every step. If they do not want anything yet, this handler stays until they do. Nothing is read
 * before all that was held is gone, so nothing can be overtaken.
 *
 * autoRead is given back before channelActive, because a handler may turn it off right there (proxies do). Turning it on makes
 * Netty send a read() through the pipeline, which the handlers behind therefore see a little early; it ends here.
 */
final class ParkedChannel extends ChannelDuplexHandler implements AdmissionCallback, BoundedReads.Reader {
    private static final long WATCH_PERIOD_MILLIS = 500;

    private static final String NOT_FIRST = "a connection is closed: AdmissionHandler holds bytes and was given a {0};"
            + " it must come before every decoder (pipeline.addFirst)";

    private final Channel channel;
    private final AdmissionOptions options;
    private final @Nullable ChannelHandler whenAdmitted;
    private final @Nullable NettyIo io;
    private @Nullable ChannelHandlerContext context;
    private @Nullable Admission admission;

    /** What the handlers behind have not heard yet. */
    private boolean registered;

    private boolean active;
    private final List<Object> events = new ArrayList<>(0);
    private @Nullable HeldBytes held;
    private boolean inputEnded;

    private boolean readWanted;
    private boolean stopped;
    private boolean autoRead;
    private boolean halfClosureLent;
    private boolean watching;
    private boolean passing;
    private boolean delivering;

    /**
     * Prepares for the wait of a channel, which need not come to that.
     *
     * @param whenAdmitted comes behind on admission, if anything is to
     */
    ParkedChannel(Channel channel, AdmissionOptions options, @Nullable ChannelHandler whenAdmitted) {
        this.channel = channel;
        this.options = options;
        this.whenAdmitted = whenAdmitted;
        io = NettyIo.of(channel);
    }

    /** Takes the place of the handler at the door. */
    void park(ChannelHandlerContext door, Admission admission) {
        this.admission = admission;
        readWanted = mayHaveBeenAsked(door);
        if (mustReadAhead()) {
            BoundedReads.install(channel.config(), this);
        }
        door.pipeline().replace(door.name(), door.name(), this);
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

    // ---- while it waits

    @Override
    public void channelRegistered(ChannelHandlerContext context) {
        registered = true;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        active = true;
        stopReading();
        readAhead();
    }

    private void stopReading() {
        if (stopped || passing) {
            return;
        }
        stopped = true;
        ChannelConfig config = channel.config();
        autoRead = config.isAutoRead();
        config.setAutoRead(false);
        if (keepsHalfClosed() && Boolean.FALSE.equals(config.getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
            halfClosureLent = config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
    }

    private boolean keepsHalfClosed() {
        return options.halfClose() == HalfClose.KEEP;
    }

    private boolean mustReadAhead() {
        return io != null && io.mustReadAhead();
    }

    private void readAhead() {
        if (mustReadAhead() && !inputEnded && room() > 0) {
            context().read();
        } else {
            watch();
        }
    }

    @Override
    public int bound() {
        return passing ? Integer.MAX_VALUE : room();
    }

    private int room() {
        return Math.min(options.preReadBytes(), Integer.MAX_VALUE - 1) + 1 - (held == null ? 0 : held.length());
    }

    @Override
    public void read(ChannelHandlerContext context) {
        readWanted = true;
        if (passing && !delivering) {
            context.executor().execute(this::deliver);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            stopReading();
            if (message instanceof ByteBuf data) {
                held = held == null ? new HeldBytes() : held;
                held.add(data.nioBuffer());
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
        if (passing) {
            return;
        }
        readAhead();
        if (io != null && !io.mustReadAhead() && !inputEnded) {
            // What has come although nobody reads came before the end; if that is a reset, io_uring does not say so.
            closeIfReset();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE) {
            inputEnded = true;
            if (passing || keepsHalfClosed()) {
                watch();
            } else {
                context.close();
            }
        } else if (passing) {
            context.fireUserEventTriggered(event);
        } else if (event != ChannelInputShutdownReadComplete.INSTANCE) {
            events.add(event);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (passing) {
            context.fireExceptionCaught(cause);
        } else {
            context.close();
        }
    }

    /** Begins to ask for a reset on a timer, if nobody is going to tell. */
    private void watch() {
        if (!watching && isUnheard()) {
            watching = true;
            context().executor().schedule(this::look, WATCH_PERIOD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void look() {
        watching = false;
        if (isUnheard()) {
            closeIfReset();
            watch();
        }
    }

    private boolean isUnheard() {
        return io != null && !passing && channel.isActive() && (inputEnded || (mustReadAhead() && room() <= 0));
    }

    private void closeIfReset() {
        if (io != null && channel.isActive() && io.isReset(channel)) {
            context().close();
        }
    }

    // ---- the end of the wait

    @Override
    public void admitted(Admission admission) {
        if (channel.isActive()) {
            releaseWhenInactive(channel, admission);
            pass(whenAdmitted);
        }
    }

    /** Gives the slot back once the channel is closed and its handlers have heard it; if they count, they never count more than the limit. */
    static void releaseWhenInactive(Channel channel, Admission admission) {
        channel.closeFuture().addListener(closed -> leaveOnceUnregistered(channel, admission));
    }

    private static void leaveOnceUnregistered(Channel channel, Admission admission) {
        if (channel.isRegistered()) {
            try {
                channel.eventLoop().execute(() -> leaveOnceUnregistered(channel, admission));
                return;
            } catch (RejectedExecutionException e) {
                // The loop has ended: nobody will hear anything.
            }
        }
        admission.leave();
    }

    @Override
    public void turnedAway(Admission admission) {
        ChannelHandler answer = options.answer();
        if (answer == null || !channel.isActive()) {
            context().close();
            return;
        }
        while (channel.pipeline().last() != this) {
            channel.pipeline().removeLast();
        }
        channel.eventLoop()
                .schedule(() -> channel.close(), Durations.saturatedNanos(options.linger()), TimeUnit.NANOSECONDS);
        pass(answer);
    }

    /** Ends the wait: those behind hear what they have missed. */
    private void pass(@Nullable ChannelHandler newcomer) {
        passing = true;
        delivering = true;
        if (newcomer != null) {
            context().pipeline().addAfter(context().name(), null, newcomer);
        }
        if (registered || newcomer != null) {
            context().fireChannelRegistered();
        }
        giveBack();
        if (active || newcomer != null) {
            context().fireChannelActive();
        }
        events.forEach(context()::fireUserEventTriggered);
        deliver();
    }

    /** Makes the channel's configuration what it would be. */
    private void giveBack() {
        ChannelConfig config = channel.config();
        if (halfClosureLent) {
            config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        }
        if (stopped) {
            boolean wanted = readWanted;
            config.setAutoRead(true);
            // Not a no-op: it calls off a read ahead that is under way.
            config.setAutoRead(autoRead);
            readWanted = wanted;
        }
    }

    /** Delivers what was held for as long as it is wanted; when all is gone, steps aside. */
    private void deliver() {
        delivering = true;
        while (channel.isActive() && wantsRead() && (held != null || inputEnded)) {
            readWanted = false;
            if (held != null) {
                deliverBytes(held);
            } else {
                deliverEnd();
            }
        }
        delivering = false;
        if (held == null && !inputEnded && !context().isRemoved()) {
            ResetNotice.addBehind(context());
            context().pipeline().remove(this);
            if (wantsRead()) {
                context().read();
            }
        }
    }

    private boolean wantsRead() {
        return readWanted || channel.config().isAutoRead();
    }

    private void deliverBytes(HeldBytes bytes) {
        held = null;
        ByteBuf data = channel.alloc().ioBuffer(bytes.length()).writeBytes(bytes.take(bytes.length()));
        context().fireChannelRead(data);
        context().fireChannelReadComplete();
    }

    private void deliverEnd() {
        inputEnded = false;
        if (Boolean.TRUE.equals(channel.config().getOption(ChannelOption.ALLOW_HALF_CLOSURE))) {
            context().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            context().fireUserEventTriggered(ChannelInputShutdownReadComplete.INSTANCE);
        } else {
            context().close();
        }
    }

    // ---- the end of the channel

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        leave();
        if (passing || !active) {
            context.fireChannelInactive();
        }
    }

    @Override
    public void channelUnregistered(ChannelHandlerContext context) {
        if (passing || !registered) {
            context.fireChannelUnregistered();
        }
    }

    /** Taken out by someone else while it waits, the connection would be served without a slot. */
    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        leave();
        if (!passing) {
            channel.close();
        }
    }

    /** Gives up the place; a slot is given back elsewhere. */
    private void leave() {
        if (!passing && admission != null) {
            admission.leave();
        }
    }
}
