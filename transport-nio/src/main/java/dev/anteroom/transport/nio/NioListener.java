package dev.anteroom.transport.nio;

import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Listens on one address: with an acceptor on every loop where the kernel spreads connections over several sockets
 * (SO_REUSEPORT), else with one acceptor that deals connections to the loops in turn.
 *
 * <p>SO_REUSEPORT alone would let a second process of the same user share a port unnoticed. So the first socket is bound
 * without it, which fails if anyone listens there, and gets the option afterwards, for those of the other loops to join.
 */
final class NioListener implements Listener {
    private final NioEventLoopGroup loops;
    private final SocketAddress address;
    private final List<Acceptor> acceptors = new ArrayList<>();

    private NioListener(NioEventLoopGroup loops, SocketAddress address) {
        this.loops = loops;
        this.address = address;
    }

    static NioListener open(
            NioEventLoopGroup loops, SocketAddress address, ProtocolFactory factory, boolean acceptOnEachLoop)
            throws IOException {
        TransportOptions options = loops.options();
        List<ServerSocketChannel> channels = new ArrayList<>();
        try {
            ServerSocketChannel first = bind(address, options, false);
            channels.add(first);
            NioListener listener = new NioListener(loops, first.getLocalAddress());
            int acceptors = acceptOnEachLoop ? loops.size() : 1;
            if (acceptors > 1) {
                first.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            while (channels.size() < acceptors) {
                channels.add(bind(listener.address, options, true));
            }
            listener.begin(channels, factory);
            return listener;
        } catch (Throwable e) {
            channels.forEach(NioEventLoop::discard);
            throw e;
        }
    }

    /**
     * Listens on a channel that is the caller's. Only to accept tells whether it listens, so that is done once before. Whom it
     * brings is served before the acceptor starts: else the next in the backlog could overtake it.
     */
    static NioListener on(ServerSocketChannel channel, NioEventLoopGroup loops, ProtocolFactory factory)
            throws IOException {
        SocketAddress address = channel.getLocalAddress();
        if (address == null) {
            throw new IOException("the channel is not bound");
        }
        channel.configureBlocking(false);
        SocketChannel early = acceptFrom(channel);
        NioListener listener = new NioListener(loops, address);
        Acceptor acceptor = new Acceptor(loops.loop(0), channel, true, factory, loops.dealer());
        listener.acceptors.add(acceptor);
        try {
            acceptor.loop().execute(() -> {
                if (early != null) {
                    acceptor.take(early);
                }
                acceptor.start();
            });
            return listener;
        } catch (RejectedExecutionException e) {
            if (early != null) {
                NioEventLoop.reset(early);
            }
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

    private static ServerSocketChannel bind(SocketAddress address, TransportOptions options, boolean shared)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            if (shared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            Options.keepAlive(channel, options.keepAlive());
            return channel.bind(address, options.backlog());
        } catch (UnresolvedAddressException | UnsupportedAddressTypeException e) {
            NioEventLoop.discard(channel);
            throw new IOException("cannot listen on " + address, e);
        } catch (Throwable e) {
            NioEventLoop.discard(channel);
            throw e;
        }
    }

    private void begin(List<ServerSocketChannel> channels, ProtocolFactory factory) {
        for (int i = 0; i < channels.size(); i++) {
            NioEventLoop loop = loops.loop(i);
            Supplier<NioEventLoop> next = channels.size() == 1 ? loops.dealer() : () -> loop;
            acceptors.add(new Acceptor(loop, channels.get(i), false, factory, next));
        }
        for (Acceptor acceptor : acceptors) {
            acceptor.loop().execute(acceptor::start);
        }
    }

    @Override
    public SocketAddress address() {
        return address;
    }

    @Override
    public void pauseAccepting() {
        acceptors.forEach(acceptor -> acceptor.pause(true));
    }

    @Override
    public void resumeAccepting() {
        acceptors.forEach(acceptor -> acceptor.pause(false));
    }

    @Override
    public void close() {
        CountDownLatch closed = new CountDownLatch(acceptors.size());
        for (Acceptor acceptor : acceptors) {
            Runnable step = () -> {
                acceptor.close();
                closed.countDown();
            };
            if (!acceptor.loop().tryStep(step)) {
                closed.countDown();
            }
        }
        loops.await(closed);
    }
}
