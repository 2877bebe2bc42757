package dev.anteroom.transport.nio;

import dev.anteroom.address.IpAddress;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Listens on one address, with an acceptor on every loop. */
final class NioListener implements Listener {
    private final NioEventLoopGroup loops;
    private final SocketAddress address;
    private final AcceptQueue queue;

    private NioListener(NioEventLoopGroup loops, ServerSocketChannel channel, boolean borrowed, ProtocolFactory factory)
            throws IOException {
        this.loops = loops;
        address = AcceptQueue.addressOf(channel);
        queue = new AcceptQueue(
                channel,
                borrowed,
                queue -> loops.all().stream()
                        .map(loop -> new Acceptor(loop, queue, factory))
                        .toList());
    }

    static NioListener open(NioEventLoopGroup loops, SocketAddress address, ProtocolFactory factory)
            throws IOException {
        ServerSocketChannel channel = bind(address, loops.options());
        try {
            NioListener listener = new NioListener(loops, channel, false, factory);
            listener.queue.open(null);
            return listener;
        } catch (Throwable e) {
            NioEventLoop.discard(channel);
            throw e;
        }
    }

    /**
     * Listens on a channel that the caller owns. Only an accept shows whether the channel listens, so this method
     * accepts once first.
     */
    static NioListener on(ServerSocketChannel channel, NioEventLoopGroup loops, ProtocolFactory factory)
            throws IOException {
        NioListener listener = new NioListener(loops, channel, true, factory);
        channel.configureBlocking(false);
        SocketChannel early = acceptFrom(channel);
        try {
            listener.queue.open(early);
            return listener;
        } catch (RejectedExecutionException e) {
            listener.queue.close();
            throw e;
        }
    }

    private static @Nullable SocketChannel acceptFrom(ServerSocketChannel channel) throws IOException {
        try {
            return channel.accept();
        } catch (IOException e) {
            throw new IOException("the channel does not listen, or cannot accept: " + e.getMessage(), e);
        }
    }

    private static ServerSocketChannel bind(SocketAddress address, TransportOptions options) throws IOException {
        ServerSocketChannel channel = open(address);
        try {
            channel.configureBlocking(false);
            return channel.bind(address, options.backlog());
        } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
            NioEventLoop.discard(channel);
            throw new IOException("cannot listen on " + IpAddress.format(address), e);
        } catch (Throwable e) {
            NioEventLoop.discard(channel);
            throw e;
        }
    }

    /** Opens an IPv4 socket for an IPv4 address: a dual-stack socket on 0.0.0.0 would accept IPv6 as well. */
    private static ServerSocketChannel open(SocketAddress address) throws IOException {
        return Options.isIpv4(address)
                ? ServerSocketChannel.open(StandardProtocolFamily.INET)
                : ServerSocketChannel.open();
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void pauseAccepting() {
        queue.pause(true);
    }

    @Override
    public void resumeAccepting() {
        queue.pause(false);
    }

    @Override
    public void acceptWhile(BooleanSupplier condition) {
        queue.require(condition);
    }

    @Override
    public void close() {
        queue.close();
        CountDownLatch closed = new CountDownLatch(queue.acceptors().size());
        for (Acceptor acceptor : queue.acceptors()) {
            Runnable task = () -> {
                acceptor.close();
                closed.countDown();
            };
            if (!acceptor.loop().tryExecuteInternal(task)) {
                closed.countDown();
            }
        }
        loops.await(closed);
    }
}
