package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.WARNING;

import dev.anteroom.address.IpAddress;
import dev.anteroom.protocol.ProtocolFactory;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The socket of a listener, on a loop that only accepts, so that no user code can keep it from accepting. The accepted
 * connections go through an {@link AcceptQueue} to the loops that serve.
 *
 * <p>While many connections are queued there, the acceptor accepts no more. The others stay in the kernel's backlog,
 * where they take no descriptor.
 *
 * <p>When the process is out of file descriptors, accepting fails and the kernel goes on reporting the channel as
 * ready. Trying again at once would spin, so the acceptor pauses and tries again on a timer until it succeeds. It logs
 * a warning once a minute at most, not at every attempt.
 */
final class Acceptor extends TrackedHandler {
    private static final Duration RETRY_DELAY = Duration.ofMillis(100);
    private static final Duration WARNING_INTERVAL = Duration.ofMinutes(1);

    /** Interval at which the acceptor checks that queued connections begin. */
    private static final Duration CHECK_PERIOD = Duration.ofMillis(100);

    /** Approximate number of connections that may be accepted before they can begin. */
    private static final int MAX_QUEUED = 32;

    private final ServerChannel channel;
    private final boolean borrowed;
    private final AcceptQueue queue;
    private boolean pausedAfterError;
    private boolean checking;
    private boolean warnedRecently;
    private volatile boolean queueFull;
    private volatile boolean closed;

    private Acceptor(NettyEventLoopGroup loops, ProtocolFactory factory, ServerChannel channel, boolean borrowed) {
        super(loops.acceptor());
        this.channel = channel;
        this.borrowed = borrowed;
        queue = new AcceptQueue(loops.serving(), factory, this::queueEmptied);
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(this);
    }

    /** Creates an acceptor that must be bound to an address, and accepts once it is resumed. */
    static Acceptor unbound(NettyEventLoopGroup loops, ProtocolFactory factory, SocketAddress address) {
        NettyIo io = loops.io();
        return new Acceptor(loops, factory, isIpv4(address) ? io.newIpv4ServerChannel() : io.newServerChannel(), false);
    }

    private static boolean isIpv4(SocketAddress address) {
        return address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
    }

    /**
     * Creates an acceptor that accepts once it is resumed, on a channel that the caller owns and that stays open. Only
     * an accept shows whether the channel listens, so this method accepts once.
     */
    static Acceptor on(ServerSocketChannel channel, NettyEventLoopGroup loops, ProtocolFactory factory)
            throws IOException {
        SocketAddress address = channel.getLocalAddress();
        if (address == null) {
            throw new IOException("the channel is not bound");
        }
        Acceptor acceptor = new Acceptor(loops, factory, loops.io().serverChannel(channel), true);
        require(loops.acceptor().netty().register(acceptor.channel), address);
        try {
            SocketChannel early = channel.accept();
            if (early != null) {
                acceptor.queue.add(new NioSocketChannel(acceptor.channel, early));
            }
            return acceptor;
        } catch (IOException e) {
            acceptor.close();
            throw new IOException("the channel does not listen, or cannot accept: " + e.getMessage(), e);
        }
    }

    /** Stops accepting at once. May be called from any thread, as may the methods that follow. */
    void pause() {
        queue.pause();
        loop.later(this::updateReading);
    }

    void resume() {
        queue.resume();
        loop.later(this::updateReading);
    }

    void require(BooleanSupplier condition) {
        queue.require(condition);
    }

    SocketAddress address() {
        return channel.localAddress();
    }

    void bind(SocketAddress address) throws IOException {
        channel.config().setOption(ChannelOption.SO_BACKLOG, loop.options().backlog());
        require(loop.netty().register(channel), address);
        require(channel.bind(address), address);
    }

    private static void require(ChannelFuture done, SocketAddress address) throws IOException {
        Throwable cause = done.awaitUninterruptibly().cause();
        if (cause instanceof RejectedExecutionException rejected) {
            throw rejected;
        } else if (cause != null) {
            throw (IOException)
                    new BindException("cannot listen on " + IpAddress.format(address) + ": " + cause.getMessage())
                            .initCause(cause);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
        queue.add((Channel) child);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (queue.size() >= MAX_QUEUED) {
            queueFull = true;
            updateReading();
        }
        queue.wakeUp();
        checkLater();
    }

    /** Resumes accepting, because the queue is empty. Called on any loop. */
    private void queueEmptied() {
        if (queueFull) {
            loop.later(this::updateReading);
        }
    }

    private void updateReading() {
        if (queue.size() == 0) {
            queueFull = false;
        }
        channel.config().setAutoRead(!queue.isPaused() && !queueFull && !pausedAfterError && !closed);
        checkLater();
    }

    /** Schedules a check while the queue has connections that could begin. */
    private void checkLater() {
        if (!checking && queue.hasNext()) {
            checking = true;
            int begun = queue.begun();
            loop.later(CHECK_PERIOD, () -> check(begun));
        }
    }

    private void check(int begunBefore) {
        checking = false;
        try {
            if (queue.hasNext() && queue.begun() == begunBefore) {
                queue.replacePreferred();
            }
        } finally {
            checkLater();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (closed) {
            return;
        }
        if (!warnedRecently) {
            warnedRecently = true;
            loop.later(WARNING_INTERVAL, () -> warnedRecently = false);
            NettyEventLoop.LOGGER.log(
                    WARNING,
                    "cannot accept connections ({0}): trying again every {1} ms",
                    cause.getMessage(),
                    RETRY_DELAY.toMillis());
        }
        pauseAfterError(true);
        loop.later(RETRY_DELAY, () -> pauseAfterError(false));
    }

    private void pauseAfterError(boolean pause) {
        pausedAfterError = pause;
        updateReading();
    }

    /**
     * Stops listening.
     *
     * @return a promise that is done when the descriptor is free, or the borrowed channel is released
     */
    Promise<Void> close() {
        Promise<Void> freed = GlobalEventExecutor.INSTANCE.newPromise();
        if (queue.isPaused()) {
            queue.discard();
        }
        if (borrowed) {
            deregister(freed);
            return freed;
        }
        closed = true;
        if (!channel.isOpen()) {
            afterNextTurn(freed);
            return freed;
        }
        if (channel.isActive()) {
            loop.io().stopListening(channel);
        }
        channel.close().addListener(done -> afterNextTurn(freed));
        return freed;
    }

    private void deregister(Promise<Void> freed) {
        if (closed) {
            freed.setSuccess(null);
            return;
        }
        closed = true;
        channel.deregister().addListener(done -> {
            channel.pipeline().remove(this);
            afterNextTurn(freed);
        });
    }

    /**
     * Completes the promise once the descriptor of a closed channel is free. The loop frees it the next time it calls
     * the kernel, which it does before it runs a timer, or when it ends, which drops its timers.
     */
    private void afterNextTurn(Promise<Void> freed) {
        try {
            loop.netty()
                    .schedule(() -> freed.trySuccess(null), 1, TimeUnit.MILLISECONDS)
                    .addListener(turned -> {
                        if (!turned.isSuccess()) {
                            whenLoopHasEnded(freed);
                        }
                    });
        } catch (RejectedExecutionException e) {
            whenLoopHasEnded(freed);
        }
    }

    private void whenLoopHasEnded(Promise<Void> freed) {
        loop.netty().terminationFuture().addListener(ended -> freed.trySuccess(null));
    }

    @Override
    void shutDown() {
        close();
        queue.discard();
    }
}
