package dev.anteroom.transport.netty;

import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.function.BooleanSupplier;

/** Listens on one address, with an acceptor on a loop of its own. */
final class NettyListener implements Listener {
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    private final NettyEventLoopGroup loops;
    private final Acceptor acceptor;

    private NettyListener(NettyEventLoopGroup loops, Acceptor acceptor) {
        this.loops = loops;
        this.acceptor = acceptor;
    }

    static NettyListener open(NettyEventLoopGroup loops, SocketAddress address, ProtocolFactory factory)
            throws IOException {
        NettyListener listener = new NettyListener(loops, Acceptor.unbound(loops, factory, address));
        try {
            listener.acceptor.bind(address);
        } catch (Throwable e) {
            listener.close();
            throw e;
        }
        listener.resumeAccepting();
        return listener;
    }

    /** Listens on a channel that the caller owns. */
    static NettyListener on(ServerSocketChannel channel, NettyEventLoopGroup loops, ProtocolFactory factory)
            throws IOException {
        NettyListener listener = new NettyListener(loops, Acceptor.on(channel, loops, factory));
        listener.resumeAccepting();
        return listener;
    }

    @Override
    public SocketAddress address() {
        return acceptor.address();
    }

    @Override
    public void pauseAccepting() {
        acceptor.pause();
    }

    @Override
    public void resumeAccepting() {
        acceptor.resume();
    }

    @Override
    public void acceptWhile(BooleanSupplier condition) {
        acceptor.require(condition);
    }

    @Override
    public void close() {
        Promise<Void> freed = acceptor.close();
        if (!loops.acceptor().inEventLoop()) {
            freed.awaitUninterruptibly(CLOSE_TIMEOUT_MILLIS);
        }
    }
}
