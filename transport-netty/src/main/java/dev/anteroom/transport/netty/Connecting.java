package dev.anteroom.transport.netty;

import dev.anteroom.address.IpAddress;
import dev.anteroom.expression.Durations;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to connect, and the future of its outcome. Confined to the loop, except for what any thread may do with a
 * future. Cancelling the future stops the attempt.
 */
final class Connecting extends CompletableFuture<Transport> {
    private final NettyEventLoop loop;
    private final SocketAddress remote;
    private final Protocol protocol;
    private final Duration timeout;
    private @Nullable Channel channel;

    Connecting(NettyEventLoop loop, SocketAddress remote, Protocol protocol, Duration timeout) {
        this.loop = loop;
        this.remote = Objects.requireNonNull(remote, "remote");
        this.protocol = Objects.requireNonNull(protocol, "protocol");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
    }

    void start() {
        if (isDone()) {
            return;
        }
        try {
            channel = loop.io().newChannel();
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        channel.config().setOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, timeoutMillis());
        loop.begin(channel, new Attempt());
        channel.connect(remote).addListener(connected -> {
            if (!connected.isSuccess()) {
                fail(connected.cause());
            }
        });
    }

    /** Returns the timeout in milliseconds, at least 1, because 0 means no timeout to Netty. */
    private int timeoutMillis() {
        long millis = TimeUnit.NANOSECONDS.toMillis(Durations.saturatedNanos(timeout));
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, millis));
    }

    private void fail(Throwable cause) {
        giveUp();
        completeExceptionally(
                cause instanceof IOException
                        ? cause
                        : new IOException("cannot connect to " + IpAddress.format(remote), cause));
    }

    private void giveUp() {
        if (channel != null) {
            channel.close();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            loop.later(this::giveUp);
        }
        return cancelled;
    }

    /** Waits until the connection is established, and then gives way to its transport. */
    private final class Attempt extends TrackedHandler {
        private Attempt() {
            super(Connecting.this.loop);
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (isDone()) {
                giveUp();
                return;
            }
            if (remote.equals(context.channel().localAddress())) {
                // A port that the kernel chose for this side may be the closed one to connect to. A reset leaves it
                // free.
                context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
                fail(new ConnectException("nothing listens on " + remote + "; the connection met itself"));
                return;
            }
            NettyTransport transport = NettyTransport.begin(context, loop, protocol);
            if (!complete(transport)) {
                transport.abort();
            }
        }

        @Override
        void shutDown() {
            fail(new IOException("the event loop is shut down"));
        }
    }
}
