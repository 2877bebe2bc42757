package dev.anteroom.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An echo server that counts its simultaneous connections, to verify a limit. Before it counts another connection, it
 * checks whether the others still exist, so it never counts one that its peer had closed or reset before. Thread-safe.
 */
public final class CountingUpstream implements AutoCloseable {
    private static final int BACKLOG = 1000;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Selector selector;
    private final ServerSocketChannel server;
    private final InetSocketAddress address;
    private final AtomicInteger current = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private final Thread thread = new Thread(this::serve, "counting upstream");
    private volatile boolean closed;

    private CountingUpstream() throws IOException {
        selector = Selector.open();
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        address = (InetSocketAddress) server.getLocalAddress();
    }

    /**
     * Starts a server on a free port of the loopback address.
     *
     * @return the server, which the caller must close
     */
    public static CountingUpstream open() {
        try {
            CountingUpstream upstream = new CountingUpstream();
            upstream.thread.start();
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Returns the address on which the server listens.
     *
     * @return an address of this machine
     */
    public InetSocketAddress address() {
        return address;
    }

    /**
     * Returns the number of current connections.
     *
     * @return the number, at least 0
     */
    public int current() {
        return current.get();
    }

    /**
     * Returns the largest number of simultaneous connections since the server was opened or {@link #forget} was called.
     *
     * @return the number, at least 0
     */
    public int peak() {
        return peak.get();
    }

    /** Starts a new peak with the current connections. */
    public void forget() {
        peak.set(0);
        peak.accumulateAndGet(current(), Math::max);
    }

    private void serve() {
        try {
            while (!closed) {
                selector.select(this::echo);
                for (SocketChannel next = server.accept(); next != null; next = server.accept()) {
                    selector.selectNow(this::echo);
                    next.configureBlocking(false)
                            .register(
                                    selector,
                                    SelectionKey.OP_READ,
                                    ByteBuffer.allocate(BUFFER_BYTES).flip());
                    peak.accumulateAndGet(current.incrementAndGet(), Math::max);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            selector.keys().forEach(CountingUpstream::closeQuietly);
            closeSelector();
        }
    }

    /** Sends back the bytes received, and reads on once all of them are sent. */
    private void echo(SelectionKey key) {
        if (!(key.channel() instanceof SocketChannel channel)) {
            return;
        }
        ByteBuffer buffer = (ByteBuffer) key.attachment();
        try {
            if (!buffer.hasRemaining()) {
                int read = channel.read(buffer.clear());
                buffer.flip();
                if (read < 0) {
                    end(key);
                    return;
                }
            }
            channel.write(buffer);
            key.interestOps(buffer.hasRemaining() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
        } catch (IOException e) {
            end(key); // reset
        }
    }

    /** Stops counting the connection, and only then lets its peer see that it is closed. */
    private void end(SelectionKey key) {
        current.decrementAndGet();
        closeQuietly(key);
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void closeQuietly(SelectionKey key) {
        try {
            key.channel().close();
        } catch (IOException e) {
            // The channel is unusable either way.
        }
    }

    /** Stops accepting, and closes all connections. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(Await.DEADLINE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
