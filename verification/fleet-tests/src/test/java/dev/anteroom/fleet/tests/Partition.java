package dev.anteroom.fleet.tests;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** A proxy to a local port that can be cut: until it is healed, it neither refuses nor delivers what is sent. */
final class Partition implements AutoCloseable {
    private static final int ALL = 1 << 20;

    private final ServerSocket server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Semaphore passable = new Semaphore(ALL, true);
    private volatile int target;

    Partition(int target) throws IOException {
        this.target = target;
        threads.execute(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    void cut() {
        passable.acquireUninterruptibly(ALL);
    }

    void heal() {
        passable.release(ALL);
    }

    /** Forwards new connections to another port. */
    void leadTo(int port) {
        target = port;
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                threads.execute(() -> connect(near));
            }
        } catch (IOException e) {
            // The proxy is closed.
        }
    }

    private void connect(Socket near) {
        try (near;
                Socket far = new Socket()) {
            pass();
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            threads.execute(() -> pump(far, near));
            pump(near, far);
        } catch (IOException | InterruptedException e) {
            // One side has closed, or the test is over.
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[8192];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                pass();
                out.write(buffer, 0, read);
            }
            pass();
        } catch (IOException | InterruptedException e) {
            // One side has closed, or the test is over.
        }
    }

    private void pass() throws InterruptedException {
        passable.acquire();
        passable.release();
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
