package dev.anteroom.transport.netty;

import dev.anteroom.expression.Durations;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.transport.TransportLoop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One of Netty's event loops. */
final class NettyEventLoop implements TransportLoop {
    static final System.Logger LOGGER = System.getLogger("dev.anteroom.transport.netty");

    private final io.netty.channel.EventLoop netty;
    private final NettyIo io;
    private final TransportOptions options;
    private final WriteBufferWaterMark waterMark;
    private final CompletableFuture<Void> vacated = new CompletableFuture<>();
    private volatile boolean closed;

    /** Those that live here, linked; confined to the loop. */
    private @Nullable Resident newest;

    private final AtomicInteger residents = new AtomicInteger();

    /** Whose connection is about to begin; confined to the loop. */
    private @Nullable Usher beginning;

    NettyEventLoop(io.netty.channel.EventLoop netty, NettyIo io, TransportOptions options) {
        this.netty = netty;
        this.io = io;
        this.options = options;
        waterMark = waterMark(options.highWaterMark());
    }

    /** Netty calls a channel writable again when fewer bytes than the low mark are pending, the contract at half of the high one. */
    private static WriteBufferWaterMark waterMark(int high) {
        return new WriteBufferWaterMark(Math.min(high / 2 + 1, high), high);
    }

    io.netty.channel.EventLoop netty() {
        return netty;
    }

    NettyIo io() {
        return io;
    }

    @Override
    public TransportOptions options() {
        return options;
    }

    @Override
    public boolean inEventLoop() {
        return netty.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        requireOpen();
        netty.execute(task);
    }

    @Override
    public void later(Runnable task) {
        try {
            netty.execute(task);
        } catch (RejectedExecutionException e) {
            // There is no later turn.
        }
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        requireOpen();
        return later(delay, task);
    }

    @Override
    public Cancellable later(Duration delay, Runnable task) {
        long nanos = Math.max(0, Durations.saturatedNanos(delay));
        Future<?> timer = netty.schedule(task, nanos, TimeUnit.NANOSECONDS);
        return () -> timer.cancel(false);
    }

    @Override
    public void warn(String message, Throwable cause) {
        LOGGER.log(Level.WARNING, message, cause);
    }

    private void requireOpen() {
        if (closed) {
            throw new RejectedExecutionException("the event loop is shut down");
        }
    }

    @Override
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol) {
        return connect(remote, protocol, options.connectTimeout());
    }

    @Override
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol, Duration timeout) {
        Connecting connecting = new Connecting(this, remote, protocol, timeout);
        try {
            execute(connecting::start);
        } catch (RejectedExecutionException e) {
            connecting.completeExceptionally(new IOException("cannot connect to " + remote, e));
        }
        return connecting;
    }

    /** Lets a channel live here, where nothing of it is read until someone asks. */
    void begin(Channel channel, Resident handler) {
        ChannelConfig config = channel.config();
        config.setAutoRead(false);
        config.setWriteBufferWaterMark(waterMark);
        config.setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        channel.pipeline().addLast(handler);
        netty.register(channel).addListener(registered -> {
            if (!registered.isSuccess()) {
                channel.unsafe().closeForcibly();
            }
        });
    }

    /** How many channels live here. May be asked by any thread. */
    int load() {
        return residents.get();
    }

    boolean isClosed() {
        return closed;
    }

    /** Says whose connection is about to begin. Called on the loop. */
    void setBeginning(@Nullable Usher usher) {
        beginning = usher;
    }

    /** Lets another loop begin the next connection, although one that has begun on this loop still does something. */
    void letNextBegin() {
        if (beginning != null) {
            beginning.endTurn();
        }
    }

    void add(Resident resident) {
        residents.lazySet(residents.get() + 1);
        resident.older = newest;
        if (newest != null) {
            newest.newer = resident;
        }
        newest = resident;
        if (closed) {
            later(resident::shutDown);
        }
    }

    void remove(Resident resident) {
        residents.lazySet(residents.get() - 1);
        if (resident.older != null) {
            resident.older.newer = resident.newer;
        }
        if (resident.newer != null) {
            resident.newer.older = resident.older;
        } else {
            newest = resident.older;
        }
        completeIfVacated();
    }

    /**
     * Takes no more tasks, and gives up every channel.
     *
     * @return completed, on the loop, when all are gone
     */
    CompletableFuture<Void> close() {
        closed = true;
        later(() -> {
            for (Resident resident = newest; resident != null; resident = resident.older) {
                resident.shutDown();
            }
            completeIfVacated();
        });
        return vacated;
    }

    private void completeIfVacated() {
        if (closed && newest == null) {
            vacated.complete(null);
        }
    }
}
