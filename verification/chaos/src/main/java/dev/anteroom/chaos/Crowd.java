package dev.anteroom.chaos;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A number of clients, of which a smaller number is connected at any time. */
final class Crowd {
    private static final int CONNECT_MILLIS = 5_000;

    /** The result of an attempt to connect. */
    enum Arrival {
        CONNECTED,
        NOT_CONNECTED
    }

    private final PeerLoop loop;
    private final Scene scene;
    private final SocketAddress server;
    private final long first;
    private final int number;
    private final AtomicInteger gone = new AtomicInteger();
    private final CountDownLatch allGone = new CountDownLatch(1);
    private int sent;

    Crowd(PeerLoop loop, Scene scene, SocketAddress server, long first, int number) {
        this.loop = loop;
        this.scene = scene;
        this.server = server;
        this.first = first;
        this.number = number;
    }

    /** Connects the first clients; each that leaves is followed by another. */
    Crowd send(int atOnce) {
        loop.execute(() -> {
            for (int i = 0; i < atOnce; i++) {
                sendNext();
            }
        });
        return this;
    }

    void awaitAllGone() throws InterruptedException {
        allGone.await();
    }

    private void sendNext() {
        if (sent < number) {
            Plan plan = Plan.draw(scene.seed(), first + sent++);
            if (connect(plan)) {
                scene.ledger().count(plan.kind());
            } else {
                clientLeft();
            }
        }
    }

    private boolean connect(Plan plan) {
        try {
            SocketChannel channel = SocketChannel.open();
            try {
                channel.socket().connect(server, CONNECT_MILLIS);
                begin(channel, plan);
            } catch (IOException e) {
                channel.close();
                throw e;
            }
            scene.ledger().count(Arrival.CONNECTED);
            return true;
        } catch (IOException e) {
            scene.ledger().count(Arrival.NOT_CONNECTED);
            return false;
        }
    }

    private void begin(SocketChannel channel, Plan plan) throws IOException {
        if (plan.kind().isAmbush()) {
            new Ambusher(loop, channel, scene, plan, this::clientLeft);
        } else {
            new Client(loop, channel, scene, plan, this::clientLeft);
        }
    }

    /** Counts a client that has left, and sends the next. May be called from any thread. */
    private void clientLeft() {
        if (gone.incrementAndGet() == number) {
            allGone.countDown();
        }
        loop.execute(this::sendNext);
    }
}
