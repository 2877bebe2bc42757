package dev.anteroom.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** An echo server, a thread for each connection, that counts how many connections it has at once. */
final class CountingUpstream implements AutoCloseable {
    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger current = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();

    private CountingUpstream(ServerSocket server) {
        this.server = server;
    }

    static CountingUpstream open() {
        try {
            CountingUpstream upstream =
                    new CountingUpstream(new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()));
            upstream.threads.execute(upstream::accept);
            return upstream;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    int current() {
        return current.get();
    }

    int peak() {
        return peak.get();
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
