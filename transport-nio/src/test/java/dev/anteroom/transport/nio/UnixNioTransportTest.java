package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.TransportSuite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.io.TempDir;

/** The transport on Unix domain sockets, where it accepts from channels that the test opens. */
class UnixNioTransportTest extends TransportSuite {
    private static final AtomicInteger COUNT = new AtomicInteger();

    @TempDir
    static Path folder;

    @Override
    protected EventLoopGroup open(TransportOptions options) {
        return new UnixGroup(new NioTransportProvider().open(options), options.backlog(), new ArrayList<>());
    }

    @Override
    protected SocketAddress anyAddress() {
        return UnixDomainSocketAddress.of(folder.resolve("socket-" + COUNT.incrementAndGet()));
    }

    @Override
    protected boolean connects() {
        return false;
    }

    @Override
    protected boolean noticesVanishedPeers() {
        return false; // they are on this machine
    }

    private record UnixGroup(EventLoopGroup group, int backlog, List<Listener> listeners) implements EventLoopGroup {
        @Override
        public List<EventLoop> loops() {
            return group.loops();
        }

        @Override
        public Listener listen(SocketAddress address, ProtocolFactory factory) throws IOException {
            ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.bind(address, backlog);
                Listener listener = new UnixListener(group.listen(channel, factory), channel);
                listeners.add(listener);
                return listener;
            } catch (Throwable e) {
                channel.close();
                throw e;
            }
        }

        @Override
        public Listener listen(ServerSocketChannel channel, ProtocolFactory factory) throws IOException {
            return group.listen(channel, factory);
        }

        @Override
        public void close() {
            group.close();
            listeners.forEach(Listener::close);
        }
    }

    /** Closes the channel too, and deletes its file, which would keep the address in use. */
    private record UnixListener(Listener listener, ServerSocketChannel channel) implements Listener {
        @Override
        public SocketAddress address() {
            return listener.address();
        }

        @Override
        public void pauseAccepting() {
            listener.pauseAccepting();
        }

        @Override
        public void resumeAccepting() {
            listener.resumeAccepting();
        }

        @Override
        public void acceptWhile(BooleanSupplier condition) {
            listener.acceptWhile(condition);
        }

        @Override
        public void close() {
            listener.close();
            try {
                channel.close();
                Files.deleteIfExists(((UnixDomainSocketAddress) address()).getPath());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
