package dev.anteroom.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An echo server, a thread for each connection, that counts how many connections it has at once: the judge of a limit. Thread-safe.
 */
public final class CountingUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger current = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();

    private CountingUpstream(ServerSocket server) {
        this.server = server;
    }

    /**
     * Begins to accept, on a free port of the loopback address.
     *
     * @return the server, which is to be closed
     */
    public static CountingUpstream open() {
        try {
            CountingUpstream upstream =
                    new CountingUpstream(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()));
            upstream.threads.execute(upstream::accept);
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Where it listens.
     *
     * @return an address of this machine
     */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    /**
     * Connections that it has.
     *
     * @return at least 0
     */
    public int current() {
        return current.get();
    }

    /**
     * The most connections that it had at once, since it was opened or {@link #forget} was called.
     *
     * @return at least 0
     */
    public int peak() {
        return peak.get();
    }

    /** Begins a new peak, with those who are connected now. */
    public void forget() {
        peak.set(0);
        peak.accumulateAndGet(current(), Math::max);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                peak.accumulateAndGet(current.incrementAndGet(), Math::max);
                threads.execute(() -> echo(socket));
            }
        } catch (IOException e) {
            // Closed.
        }
    }

    private void echo(Socket socket) {
        try (socket) {
            try {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } finally {
                current.decrementAndGet();
            }
        } catch (IOException e) {
            // Reset.
        }
    }

    /** Accepts no more; those who are connected stay until they leave. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.shutdown();
    }
}
