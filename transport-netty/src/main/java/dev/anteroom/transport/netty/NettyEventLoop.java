package dev.anteroom.transport.netty;

import dev.anteroom.address.IpAddress;
import dev.anteroom.expression.Durations;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.transport.KeepAliveQueue;
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

/** An event loop of the transport, on top of one of Netty's. */
final class NettyEventLoop implements TransportLoop {
    static final System.Logger LOGGER = System.getLogger("dev.anteroom.transport.netty");

    private final io.netty.channel.EventLoop netty;
    private final NettyIo io;
    private final TransportOptions options;
    private final KeepAliveQueue young;
    private final WriteBufferWaterMark waterMark;
    private final CompletableFuture<Void> emptied = new CompletableFuture<>();
    private volatile boolean closed;

    /** The handlers of the channels on this loop, as a linked list. Confined to the loop. */
    private @Nullable TrackedHandler newest;

    private final AtomicInteger channelCount = new AtomicInteger();

    /** The starter whose connection is about to begin. Confined to the loop. */
    private @Nullable ConnectionStarter beginning;

    NettyEventLoop(io.netty.channel.EventLoop netty, NettyIo io, TransportOptions options) {
        this.netty = netty;
        this.io = io;
        this.options = options;
        young = new KeepAliveQueue(this, options.keepAlive());
        waterMark = waterMark(options.highWaterMark());
        // Loads a class that the acceptor needs when there is no descriptor left to load it with.
        Durations.saturatedNanos(Duration.ZERO);
    }

    /**
     * Translates the contract's water mark: Netty makes a channel writable again when fewer bytes than the low mark are
     * pending, the contract at half of the high mark.
     */
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
    public KeepAliveQueue young() {
        return young;
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
            // A closed loop has no later turn.
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
            connecting.completeExceptionally(new IOException("cannot connect to " + IpAddress.format(remote), e));
        }
        return connecting;
    }

    /** Registers a channel with this loop. Nothing is read from it until its handlers request a read. */
    void begin(Channel channel, TrackedHandler handler) {
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

    /** Returns the number of channels on this loop. May be called from any thread. */
    int load() {
        return channelCount.get();
    }

    boolean isClosed() {
        return closed;
    }

    /** Sets the starter whose connection is about to begin; null after it has begun. Called on the loop. */
    void setBeginning(@Nullable ConnectionStarter starter) {
        beginning = starter;
    }

    /** Allows another loop to begin the next connection, while the one that began on this loop is still busy. */
    void beginNext() {
        if (beginning != null) {
            beginning.endTurn();
        }
    }

    void add(TrackedHandler handler) {
        channelCount.lazySet(channelCount.get() + 1);
        handler.older = newest;
        if (newest != null) {
            newest.newer = handler;
        }
        newest = handler;
        if (closed) {
            later(handler::shutDown);
        }
    }

    void remove(TrackedHandler handler) {
        channelCount.lazySet(channelCount.get() - 1);
        if (handler.older != null) {
            handler.older.newer = handler.newer;
        }
        if (handler.newer != null) {
            handler.newer.older = handler.older;
        } else {
            newest = handler.older;
        }
        completeIfEmpty();
    }

    /**
     * Rejects tasks from now on, and aborts every channel.
     *
     * @return a future that completes, on the loop, when all channels are gone
     */
    CompletableFuture<Void> close() {
        closed = true;
        later(() -> {
            for (TrackedHandler handler = newest; handler != null; handler = handler.older) {
                handler.shutDown();
            }
            completeIfEmpty();
        });
        return emptied;
    }

    private void completeIfEmpty() {
        if (closed && newest == null) {
            emptied.complete(null);
        }
    }
}
