package dev.anteroom.testkit;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.ProtocolFactory;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A transport on one machine, for one test: its loops, listeners and clients, all of which are closed at the end.
 * For the test's thread alone.
 *
 * <p>There is one loop unless a test opens more, so that {@link #turn()} can tell when the loop has seen everything.
 */
public final class Loopback implements AutoCloseable {
    /** The options that a test varies. */
    public static final TransportOptions OPTIONS = TransportOptions.defaults().withLoops(1);

    private final Function<TransportOptions, EventLoopGroup> transport;
    private final Supplier<? extends SocketAddress> addresses;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable EventLoopGroup loops;
    private @Nullable ScriptedClient bystander;

    /**
     * Opens nothing yet.
     *
     * @param transport opens the loops of the transport
     */
    public Loopback(Function<TransportOptions, EventLoopGroup> transport) {
        this(transport, Loopback::anyPort);
    }

    /**
     * Opens nothing yet.
     *
     * @param transport opens the loops of the transport
     * @param addresses gives a free address each time
     */
    public Loopback(Function<TransportOptions, EventLoopGroup> transport, Supplier<? extends SocketAddress> addresses) {
        this.transport = transport;
        this.addresses = addresses;
    }

    /**
     * Opens loops with options of the test's own. The first that are opened are {@link #loops()}.
     *
     * @param options how
     * @return the loops
     */
    public EventLoopGroup open(TransportOptions options) {
        EventLoopGroup opened = transport.apply(options);
        open.push(opened);
        if (loops == null) {
            loops = opened;
        }
        return opened;
    }

    /**
     * The loops of this test.
     *
     * @return those opened first; one loop with {@link #OPTIONS} if the test opens none
     */
    public EventLoopGroup loops() {
        return loops == null ? open(OPTIONS) : loops;
    }

    /**
     * The first loop, the only one in most tests.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return loops().loops().get(0);
    }

    /**
     * A place for TCP to listen at.
     *
     * @return the loopback address, and port 0
     */
    public static SocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /**
     * A place to listen at, of the family of addresses that this test is about.
     *
     * @return a free address
     */
    public SocketAddress anyAddress() {
        return addresses.get();
    }

    /**
     * A socket that listens, apart from the transport.
     *
     * @param address of any family
     * @param backlog connections that the kernel holds; 0 for the system's own choice
     * @return the channel, which is closed at the end
     */
    public ServerSocketChannel server(SocketAddress address, int backlog) {
        try {
            return keep(serverChannel(address)).bind(address, backlog);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A server channel for a family of addresses.
     *
     * @param address of that family
     * @return open, and not bound
     * @throws IOException if there is none
     */
    public static ServerSocketChannel serverChannel(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
    }

    /**
     * Listens.
     *
     * @param factory makes each connection's protocol
     * @return the listener
     */
    public Listener listen(ProtocolFactory factory) {
        try {
            Listener listener = loops().listen(anyAddress(), factory);
            open.push(listener);
            return listener;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Connects a client.
     *
     * @param server where to
     * @return the client
     */
    public ScriptedClient client(Listener server) {
        return keep(ScriptedClient.connect(server.address()));
    }

    /**
     * Connects a client to a listener of its own.
     *
     * @param protocol what the server's side of the connection speaks
     * @return the client
     */
    public ScriptedClient client(Protocol protocol) {
        return client(listen(remote -> protocol));
    }

    /**
     * Connects a client that is slow to read: the kernel holds little for it.
     *
     * @param protocol what the server's side of the connection speaks
     * @return the client
     */
    public ScriptedClient slowClient(Protocol protocol) {
        return keep(ScriptedClient.connect(listen(remote -> protocol).address(), 4096));
    }

    /** A slow client of loops that are not the first. */
    ScriptedClient slowClient(EventLoopGroup group, Protocol protocol) {
        try {
            Listener listener = keep(group.listen(anyAddress(), remote -> protocol));
            return keep(ScriptedClient.connect(listener.address(), 4096));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Closes something at the end of the test.
     *
     * @param <T> of it
     * @param closeable what
     * @return the same
     */
    public <T extends AutoCloseable> T keep(T closeable) {
        open.push(closeable);
        return closeable;
    }

    /**
     * Connects from the loop.
     *
     * @param remote where to
     * @param protocol what this side speaks
     * @return the future connection
     */
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol) {
        return loop().connect(remote, protocol);
    }

    /**
     * Waits until the (one) loop has seen everything that the clients have done so far: a byte that comes later has gone
     * there and back, twice, because within one turn the order is the loop's own.
     */
    public void turn() {
        if (bystander == null) {
            bystander = client(new Echo());
        }
        for (int i = 0; i < 2; i++) {
            bystander.send("x");
            if (!bystander.read(1).equals("x")) {
                throw new AssertionError("a connection that only echoes was closed");
            }
        }
    }

    /** Closes all that was opened, the last first. */
    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
