package dev.anteroom.fleet.tests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Echoes, and knows how many connections it had at most at once: the judge. */
final class CountingUpstream implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 1000, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger current = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();

    CountingUpstream() throws IOException {
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
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
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
