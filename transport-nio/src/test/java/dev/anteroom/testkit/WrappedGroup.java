package dev.anteroom.testkit;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

/** A real transport with wrapped protocols of accepted connections, or wrapped loops. */
record WrappedGroup(EventLoopGroup group, UnaryOperator<Protocol> protocols, UnaryOperator<EventLoop> wrap)
        implements EventLoopGroup {
    @Override
    public List<EventLoop> loops() {
        return group.loops().stream().map(wrap).toList();
    }

    @Override
    public Listener listen(SocketAddress address, ProtocolFactory factory) throws IOException {
        return group.listen(address, remote -> protocols.apply(factory.buildProtocol(remote)));
    }

    @Override
    public Listener listen(ServerSocketChannel channel, ProtocolFactory factory) throws IOException {
        return group.listen(channel, remote -> protocols.apply(factory.buildProtocol(remote)));
    }

    @Override
    public void close() {
        group.close();
    }

    /** A loop that delegates everything that a subclass does not override. */
    static class Loop implements EventLoop {
        final EventLoop loop;

        Loop(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public boolean inEventLoop() {
            return loop.inEventLoop();
        }

        @Override
        public Cancellable schedule(Duration delay, Runnable task) {
            return loop.schedule(delay, task);
        }

        @Override
        public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol) {
            return loop.connect(remote, protocol);
        }

        @Override
        public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol, Duration timeout) {
            return loop.connect(remote, protocol, timeout);
        }
    }
}
