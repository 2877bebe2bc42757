package dev.anteroom.transport.netty;

import static java.lang.System.Logger.Level.WARNING;

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
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The socket of a listener, on a loop that does nothing but accept, so that no user code can keep it from that. What it accepts goes
 * through an {@link AcceptQueue} to the loops that serve.
 *
 * <p>While many wait there it accepts no more: they wait as well in the kernel's backlog, where they take no descriptor.
 *
 * <p>When accepting fails, the process being out of file descriptors, the kernel goes on reporting the channel as ready.
 * To ask again at once would be to spin; so the acceptor rests and tries again on a timer until it succeeds. It says so once in
 * a while, not at every try.
 */
final class Acceptor extends Resident {
    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    /** How often to look whether connections begin. */
    private static final Duration CHECK_PERIOD = Duration.ofMillis(100);

    /** Connections that may be accepted before they can begin, about. */
    private static final int CROWD = 32;

    private final ServerChannel channel;
    private final boolean borrowed;
    private final AcceptQueue queue;
    private boolean resting;
    private boolean checking;
    private boolean silent;
    private volatile boolean crowded;
    private volatile boolean closed;

    private Acceptor(NettyEventLoopGroup loops, ProtocolFactory factory, ServerChannel channel, boolean borrowed) {
        super(loops.acceptor());
        this.channel = channel;
        this.borrowed = borrowed;
        queue = new AcceptQueue(loops.serving(), factory, this::uncrowd);
        channel.config().setAutoRead(false);
        channel.pipeline().addLast(this);
    }

    /** One that is to be bound, and accepts when it is resumed. */
    static Acceptor unbound(NettyEventLoopGroup loops, ProtocolFactory factory) {
        return new Acceptor(loops, factory, loops.io().newServerChannel(), false);
    }

    /**
     * One that accepts when it is resumed, and leaves a channel open that is the caller's. Only to accept tells whether that listens,
     * so it is done once.
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
                acceptor.add(new NioSocketChannel(acceptor.channel, early));
            }
            return acceptor;
        } catch (IOException e) {
            acceptor.close();
            throw new IOException("the channel does not listen, or cannot accept: " + e.getMessage(), e);
        }
    }

    /** Takes no more, at once. May be called from any thread, as those that follow. */
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
        if (loop.io().inheritsOptions()) {
            loop.io().keepAlive(channel, loop.options().keepAlive());
        }
        require(loop.netty().register(channel), address);
        require(channel.bind(address), address);
    }

    private static void require(ChannelFuture done, SocketAddress address) throws IOException {
        Throwable cause = done.awaitUninterruptibly().cause();
        if (cause instanceof RejectedExecutionException rejected) {
            throw rejected;
        } else if (cause != null) {
            throw (IOException)
                    new BindException("cannot listen on " + address + ": " + cause.getMessage()).initCause(cause);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
        add((Channel) child);
    }

    private void add(Channel child) {
        if (!loop.io().inheritsOptions()) {
            loop.io().keepAlive(child, loop.options().keepAlive());
        }
        queue.add(child);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (queue.size() >= CROWD) {
            crowded = true;
            updateReading();
        }
        queue.call();
        checkLater();
    }

    /** The queue is empty. Called on any loop. */
    private void uncrowd() {
        if (crowded) {
            loop.later(this::updateReading);
        }
    }

    private void updateReading() {
        if (queue.size() == 0) {
            crowded = false;
        }
        channel.config().setAutoRead(!queue.isPaused() && !crowded && !resting && !closed);
        checkLater();
    }

    /** While connections wait that could begin, looks whether any do. */
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
                queue.relieve();
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
        if (!silent) {
            silent = true;
            loop.later(SILENCE, () -> silent = false);
            NettyEventLoop.LOGGER.log(
                    WARNING,
                    "cannot accept connections ({0}): trying again every {1} ms",
                    cause.getMessage(),
                    REST.toMillis());
        }
        rest(true);
        loop.later(REST, () -> rest(false));
    }

    private void rest(boolean rest) {
        resting = rest;
        updateReading();
    }

    /**
     * Stops listening.
     *
     * @return done when the descriptor is free, or a channel that was borrowed
     */
    Promise<Void> close() {
        Promise<Void> freed = GlobalEventExecutor.INSTANCE.newPromise();
        if (queue.isPaused()) {
            queue.discard();
        }
        if (borrowed) {
            letGo(freed);
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

    private void letGo(Promise<Void> freed) {
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
     * A closed channel keeps its descriptor until its loop has turned to the kernel again, which it does before a timer; or until
     * the loop has ended, which forgets its timers.
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
