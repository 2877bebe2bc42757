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
 * A transport on one machine, for one test: its loops, listeners and clients, all of which are closed at the end. Only
 * for the test's thread.
 *
 * <p>There is one loop unless a test opens more, so that {@link #turn()} can tell when the loop has seen everything.
 */
public final class Loopback implements AutoCloseable {
    /** Default options, from which a test derives its own. */
    public static final TransportOptions OPTIONS = TransportOptions.defaults().withLoops(1);

    private final Function<TransportOptions, EventLoopGroup> transport;
    private final Supplier<? extends SocketAddress> addresses;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable EventLoopGroup loops;
    private @Nullable ScriptedClient bystander;

    /**
     * Creates a network without loops, for TCP.
     *
     * @param transport opens the loops of the transport
     */
    public Loopback(Function<TransportOptions, EventLoopGroup> transport) {
        this(transport, Loopback::anyPort);
    }

    /**
     * Creates a network without loops.
     *
     * @param transport opens the loops of the transport
     * @param addresses supplies a free address on each call
     */
    public Loopback(Function<TransportOptions, EventLoopGroup> transport, Supplier<? extends SocketAddress> addresses) {
        this.transport = transport;
        this.addresses = addresses;
    }

    /**
     * Opens loops with the test's own options. The first loops opened are {@link #loops()}.
     *
     * @param options the options
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
     * Returns the loops of this test.
     *
     * @return the loops opened first; one loop with {@link #OPTIONS} if the test has opened none
     */
    public EventLoopGroup loops() {
        return loops == null ? open(OPTIONS) : loops;
    }

    /**
     * Returns the first loop, which is the only one in most tests.
     *
     * @return the loop
     */
    public EventLoop loop() {
        return loops().loops().get(0);
    }

    /**
     * Returns a TCP address to listen on.
     *
     * @return the loopback address, and port 0
     */
    public static SocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /**
     * Returns an address to listen on, of the address family under test.
     *
     * @return a free address
     */
    public SocketAddress anyAddress() {
        return addresses.get();
    }

    /**
     * Opens a listening socket outside the transport.
     *
     * @param address an address of any family
     * @param backlog the number of connections that the kernel keeps; 0 for the system's default
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
     * Opens a server channel for an address family.
     *
     * @param address an address of that family
     * @return the channel, open but not bound
     * @throws IOException if the channel cannot be opened
     */
    public static ServerSocketChannel serverChannel(SocketAddress address) throws IOException {
        return address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
    }

    /**
     * Opens a listener.
     *
     * @param factory creates each connection's protocol
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
     * @param server the listener to connect to
     * @return the client
     */
    public ScriptedClient client(Listener server) {
        return keep(ScriptedClient.connect(server.address()));
    }

    /**
     * Connects a client to a new listener.
     *
     * @param protocol the protocol of the server's side of the connection
     * @return the client
     */
    public ScriptedClient client(Protocol protocol) {
        return client(listen(remote -> protocol));
    }

    /**
     * Connects a client that is slow to read: the kernel buffers little for it.
     *
     * @param protocol the protocol of the server's side of the connection
     * @return the client
     */
    public ScriptedClient slowClient(Protocol protocol) {
        return keep(ScriptedClient.connect(listen(remote -> protocol).address(), 4096));
    }

    /** Connects a slow client to loops other than the first. */
    ScriptedClient slowClient(EventLoopGroup group, Protocol protocol) {
        try {
            Listener listener = keep(group.listen(anyAddress(), remote -> protocol));
            return keep(ScriptedClient.connect(listener.address(), 4096));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Registers a resource that is closed at the end of the test.
     *
     * @param <T> the type of the resource
     * @param closeable the resource
     * @return the same resource
     */
    public <T extends AutoCloseable> T keep(T closeable) {
        open.push(closeable);
        return closeable;
    }

    /**
     * Connects from the first loop.
     *
     * @param remote the address to connect to
     * @param protocol this side's protocol
     * @return the future connection
     */
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol) {
        return loop().connect(remote, protocol);
    }

    /**
     * Waits until the (only) loop has seen everything that the clients have done so far. A byte sent after that makes
     * two round trips, because the order within one turn is the loop's own.
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

    /** Closes everything that was opened, in reverse order. */
    @Override
    public void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
