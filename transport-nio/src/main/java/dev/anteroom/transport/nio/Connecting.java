package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoop.Cancellable;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An outgoing connection that does not stand yet, and at once the future of it. Confined to the loop, but for what any
 * thread may do with a future; cancelled, it gives the attempt up.
 */
final class Connecting extends CompletableFuture<Transport> implements Registered {
    private final NioEventLoop loop;
    private final SocketAddress remote;
    private final Protocol protocol;
    private @Nullable SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable Cancellable timeout;

    Connecting(NioEventLoop loop, SocketAddress remote, Protocol protocol) {
        this.loop = loop;
        this.remote = Objects.requireNonNull(remote, "remote");
        this.protocol = Objects.requireNonNull(protocol, "protocol");
    }

    void start() {
        if (isDone()) {
            return;
        }
        timeout = loop.later(loop.options().connectTimeout(), this::timeOut);
        try {
            channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            boolean stands = channel.connect(remote);
            key = channel.register(loop.selector(), SelectionKey.OP_CONNECT, this);
            if (stands) {
                succeed(channel, key);
            }
        } catch (IOException e) {
            fail(e);
        } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
            fail(new IOException("cannot connect to " + remote, e));
        }
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
        NioTransport transport = new NioTransport(loop, channel, key, protocol);
        forget();
        transport.begin();
        if (!complete(transport)) {
            transport.abort();
        }
    }

    private void timeOut() {
        fail(new SocketTimeoutException(
                "no connection to " + remote + " within " + loop.options().connectTimeout()));
    }

    private void fail(IOException reason) {
        giveUp();
        completeExceptionally(reason);
    }

    private void giveUp() {
        SocketChannel attempted = channel;
        forget();
        if (attempted != null) {
            NioEventLoop.discard(attempted);
        }
    }

    private void forget() {
        channel = null;
        if (timeout != null) {
            timeout.cancel();
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
