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

/**
 * One socket that listens.
 *
 * <p>When accepting fails, the process being out of file descriptors, the kernel goes on reporting the channel as ready.
 * To ask again at once would be to spin; so the acceptor rests and tries again on a timer until it succeeds. It says so once in
 * a while, not at every try.
 */
final class Acceptor extends Resident {
    private static final Duration REST = Duration.ofMillis(100);
    private static final Duration SILENCE = Duration.ofMinutes(1);

    private final NettyEventLoopGroup loops;
    private final ProtocolFactory factory;
    private final ServerChannel channel;
    private final boolean borrowed;
    private final AcceptValve valve = new AcceptValve();
    private boolean silent;
    private volatile boolean closed;

    private Acceptor(
            NettyEventLoopGroup loops,
            NettyEventLoop loop,
            ProtocolFactory factory,
            ServerChannel channel,
            boolean borrowed) {
        super(loop);
        this.loops = loops;
        this.factory = factory;
        this.channel = channel;
        this.borrowed = borrowed;
        valve.pause();
        channel.pipeline().addLast(valve, this);
    }

    /** One that is to be bound, and begins when its valve is opened. */
    static Acceptor unbound(NettyEventLoopGroup loops, NettyEventLoop loop, ProtocolFactory factory) {
        return new Acceptor(loops, loop, factory, loop.io().newServerChannel(), false);
    }

    /**
     * One that begins when its valve is opened, and leaves a channel open that is the caller's. Only to accept tells whether that
     * listens, so it is done once; whom it brings waits behind the valve.
     */
    static Acceptor on(
            ServerSocketChannel channel, NettyEventLoopGroup loops, NettyEventLoop loop, ProtocolFactory factory)
            throws IOException {
        SocketAddress address = channel.getLocalAddress();
        if (address == null) {
            throw new IOException("the channel is not bound");
        }
        Acceptor acceptor = new Acceptor(loops, loop, factory, loop.io().serverChannel(channel), true);
        require(loop.netty().register(acceptor.channel), address);
        try {
            SocketChannel early = channel.accept();
            if (early != null) {
                acceptor.channel.pipeline().fireChannelRead(new NioSocketChannel(acceptor.channel, early));
            }
            return acceptor;
        } catch (IOException e) {
            acceptor.close();
            throw new IOException("the channel does not listen, or cannot accept: " + e.getMessage(), e);
        }
    }

    AcceptValve valve() {
        return valve;
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

    /** Lets other sockets of this process listen on the same port. */
    void sharePort() {
        loop.io().sharePort(channel);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object child) {
        NettyEventLoop home = loops.home(loop);
        if (!loop.io().inheritsOptions()) {
            loop.io().keepAlive((Channel) child, loop.options().keepAlive());
        }
        home.begin((Channel) child, new Accepted(home, factory));
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
        channel.config().setAutoRead(false);
        loop.later(REST, () -> channel.config().setAutoRead(true));
    }

    /**
     * Stops listening.
     *
     * @return done when the descriptor is free, or a channel that was borrowed
     */
    Promise<Void> close() {
        Promise<Void> freed = GlobalEventExecutor.INSTANCE.newPromise();
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
        channel.pipeline().remove(valve);
        channel.deregister().addListener(done -> afterNextTurn(freed));
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
    }
}
