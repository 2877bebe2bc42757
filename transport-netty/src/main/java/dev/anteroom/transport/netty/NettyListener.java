package dev.anteroom.transport.netty;

import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Listens on one address. With epoll and io_uring an acceptor on every loop does, each with a socket of its own on the same
 * port (SO_REUSEPORT), over which the kernel spreads connections. With NIO it is one acceptor on a loop of its own, which
 * deals connections to the others: elsewhere than on Linux one of several sockets would get them all.
 *
 * <p>SO_REUSEPORT alone would let a second process of the same user share a port unnoticed. So the first socket is bound
 * without it, which fails if anyone listens there, and gets the option afterwards, for those of the other loops to join.
 */
final class NettyListener implements Listener {
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    private final NettyEventLoopGroup loops;
    private final List<Acceptor> acceptors = new ArrayList<>();

    private NettyListener(NettyEventLoopGroup loops) {
        this.loops = loops;
    }

    static NettyListener open(NettyEventLoopGroup loops, SocketAddress address, ProtocolFactory factory)
            throws IOException {
        NettyListener listener = new NettyListener(loops);
        try {
            listener.bind(address, factory);
        } catch (Throwable e) {
            listener.close();
            throw e;
        }
        listener.resumeAccepting();
        return listener;
    }

    /** Listens on a channel that is the caller's. */
    static NettyListener on(ServerSocketChannel channel, NettyEventLoopGroup loops, ProtocolFactory factory)
            throws IOException {
        NettyListener listener = new NettyListener(loops);
        listener.acceptors.add(Acceptor.on(channel, loops, loops.acceptors().get(0), factory));
        listener.resumeAccepting();
        return listener;
    }

    private void bind(SocketAddress address, ProtocolFactory factory) throws IOException {
        boolean shared = loops.acceptors().size() > 1;
        for (NettyEventLoop loop : loops.acceptors()) {
            Acceptor acceptor = Acceptor.unbound(loops, loop, factory);
            boolean first = acceptors.isEmpty();
            acceptors.add(acceptor);
            if (!first) {
                acceptor.sharePort();
            }
            acceptor.bind(first ? address : address());
            if (first && shared) {
                acceptor.sharePort();
            }
        }
    }

    @Override
    public SocketAddress address() {
        return acceptors.get(0).address();
    }

    @Override
    public void pauseAccepting() {
        acceptors.forEach(acceptor -> acceptor.valve().pause());
    }

    @Override
    public void resumeAccepting() {
        acceptors.forEach(acceptor -> acceptor.valve().resume());
    }

    /**
     * {@inheritDoc} A loop that accepts does not wait, because two of them would wait for each other: the address is free already
     * when their sockets have stopped to listen.
     */
    @Override
    public void close() {
        List<Promise<Void>> freed = acceptors.stream().map(Acceptor::close).toList();
        if (loops.acceptors().stream().noneMatch(NettyEventLoop::inEventLoop)) {
            freed.forEach(promise -> promise.awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS));
        }
    }
}
