package dev.anteroom.transport.nio;

import dev.anteroom.address.IpAddress;
import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An attempt to connect, and the future of its outcome. Confined to the loop, except for what any thread may do with a
 * future. Cancelling the future stops the attempt.
 */
final class Connecting extends CompletableFuture<Transport> implements Registered {
    private final NioEventLoop loop;
    private final SocketAddress remote;
    private final Protocol protocol;
    private final Duration timeout;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable Cancellable timer;

    Connecting(NioEventLoop loop, SocketAddress remote, Protocol protocol, Duration timeout) {
        this.loop = loop;
        this.remote = Objects.requireNonNull(remote, "remote");
        this.protocol = Objects.requireNonNull(protocol, "protocol");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
    }

    void start() {
        if (isDone()) {
            return;
        }
        if (loop.isClosed()) {
            shutDown();
            return;
        }
        try {
            channel = open();
            channel.configureBlocking(false);
            // A connection to a server on this machine is established by now, even if connect() returned false.
            boolean connected = channel.connect(remote) || channel.finishConnect();
            key = channel.register(loop.selector(), connected ? 0 : SelectionKey.OP_CONNECT, this);
            if (connected) {
                succeed(channel, key);
            } else {
                timer = loop.later(timeout, this::timeOut);
            }
        } catch (IOException e) {
            fail(e);
        } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
            fail(new IOException("cannot connect to " + IpAddress.format(remote), e));
        }
    }

    /** Opens an IPv4 socket for an IPv4 address. A dual-stack socket would cost one more system call. */
    private SocketChannel open() throws IOException {
        return Options.isIpv4(remote) ? SocketChannel.open(StandardProtocolFamily.INET) : SocketChannel.open();
    }

    @Override
    public void ready(int operations) {
        if (channel == null || key == null) {
            return;
        }
        try {
            if (isDone()) {
                giveUp();
            } else if (channel.finishConnect()) {
                succeed(channel, key);
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private void succeed(SocketChannel channel, SelectionKey key) throws IOException {
        if (remote.equals(channel.getLocalAddress())) {
            // A port that the kernel chose for this side may be the closed one to connect to. A reset leaves it free.
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            throw new ConnectException(
                    "nothing listens on " + IpAddress.format(remote) + "; the connection met itself");
        }
        NioTransport transport = new NioTransport(loop, channel, key, protocol);
        detach();
        transport.start();
        if (!complete(transport)) {
            transport.abort();
        }
    }

    private void timeOut() {
        fail(new SocketTimeoutException("no connection to " + IpAddress.format(remote) + " within " + timeout));
    }

    private void fail(IOException reason) {
        giveUp();
        completeExceptionally(reason);
    }

    private void giveUp() {
        SocketChannel attempted = channel;
        detach();
        if (attempted != null) {
            NioEventLoop.discard(attempted);
        }
    }

    private void detach() {
        channel = null;
        if (timer != null) {
            timer.cancel();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            loop.tryExecute(this::giveUp);
        }
        return cancelled;
    }

    @Override
    public void shutDown() {
        fail(new IOException("the event loop is closed"));
    }
}
