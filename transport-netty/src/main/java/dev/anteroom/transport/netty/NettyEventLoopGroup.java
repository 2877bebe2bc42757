package dev.anteroom.transport.netty;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.RejectedExecutionHandlers;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** The loops of this transport, each on top of one of Netty's. One more loop accepts for the others. */
final class NettyEventLoopGroup implements EventLoopGroup {
    private static final int CLOSE_TIMEOUT_SECONDS = 5;

    private final NettyIo io;
    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
    private final MultiThreadIoEventLoopGroup netty;
    private final List<NettyEventLoop> all = new ArrayList<>();
    private final List<NettyEventLoop> loops;

    NettyEventLoopGroup(TransportOptions options, NettyIo io) {
        this.io = io;
        var factory = new DefaultThreadFactory("anteroom-" + io.name().toLowerCase(Locale.ROOT));
        netty = new Loops(
                options.loops() + 1,
                task -> {
                    Thread thread = factory.newThread(task);
                    threads.add(thread);
                    return thread;
                },
                io.handlers());
        for (EventExecutor loop : netty) {
            all.add(new NettyEventLoop((io.netty.channel.EventLoop) loop, io, options));
        }
        loops = all.subList(0, options.loops());
    }

    NettyIo io() {
        return io;
    }

    /** Returns the loop that only accepts. */
    NettyEventLoop acceptor() {
        return all.get(loops.size());
    }

    /** Returns the loops that serve connections. */
    List<NettyEventLoop> serving() {
        return loops;
    }

    @Override
    public List<EventLoop> loops() {
        return List.copyOf(loops);
    }

    @Override
    public Listener listen(SocketAddress address, ProtocolFactory factory) throws IOException {
        return NettyListener.open(
                this, Objects.requireNonNull(address, "address"), Objects.requireNonNull(factory, "factory"));
    }

    @Override
    public Listener listen(ServerSocketChannel channel, ProtocolFactory factory) throws IOException {
        return NettyListener.on(channel, this, Objects.requireNonNull(factory, "factory"));
    }

    /** Closes all channels, then the loops, because Netty ends its loops at once, whatever channels they have. */
    @Override
    public void close() {
        CompletableFuture<?>[] emptied = all.stream().map(NettyEventLoop::close).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(emptied)
                .orTimeout(CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((done, late) -> netty.shutdownGracefully(0, CLOSE_TIMEOUT_SECONDS, TimeUnit.SECONDS));
        if (!isOnLoop()) {
            threads.forEach(NettyEventLoopGroup::join);
        }
    }

    /** Whether the caller runs on one of the loops, which must not wait for another. */
    boolean isOnLoop() {
        return all.stream().anyMatch(EventLoop::inEventLoop);
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Netty's loops, except that tasks may keep bytes waiting for 10 ms instead of Netty's second. */
    private static final class Loops extends MultiThreadIoEventLoopGroup {
        private static final long TASKS_MILLIS = 10;

        private Loops(int count, ThreadFactory threads, IoHandlerFactory handlers) {
            super(count, threads, handlers);
        }

        @Override
        protected IoEventLoop newChild(Executor executor, IoHandlerFactory handlers, Object... arguments) {
            return new SingleThreadIoEventLoop(
                    this, executor, handlers, Integer.MAX_VALUE, RejectedExecutionHandlers.reject(), TASKS_MILLIS);
        }
    }
}
