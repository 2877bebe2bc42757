package dev.anteroom.fleet.tests;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Clients in a loop: each connects to a node, is served for a moment, leaves, and connects to another node. */
final class Crowd implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 3000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicLong served = new AtomicLong();
    private final List<Integer> ports;
    private volatile boolean over;

    Crowd(int clients, List<Integer> ports, SplittableRandom random) {
        this.ports = ports;
        for (int i = 0; i < clients; i++) {
            SplittableRandom own = random.split();
            threads.execute(() -> comeAndGo(own));
        }
    }

    /** Returns the number of connections served so far. */
    long served() {
        return served.get();
    }

    private void comeAndGo(SplittableRandom random) {
        while (!over) {
            int port = ports.get(random.nextInt(ports.size()));
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(PATIENCE_MILLIS);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
                socket.getOutputStream().write('?');
                if (socket.getInputStream().read() == '?') {
                    served.incrementAndGet();
                    Thread.sleep(random.nextInt(10, 60));
                }
            } catch (IOException e) {
                giveUpForAMoment();
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Pauses before the next attempt to reach a node that is down. */
    private static void giveUpForAMoment() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        over = true;
        threads.shutdownNow();
        threads.awaitTermination(10, TimeUnit.SECONDS);
    }
}
