package dev.anteroom.transport.netty;

import dev.anteroom.protocol.ProtocolFactory;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/** Begins connections on one loop, in the order that {@link AcceptQueue} keeps. */
final class ConnectionStarter {
    /** Most connections begun in one task, so that existing connections are not kept waiting. */
    private static final int BATCH = 64;

    private final NettyEventLoop loop;
    private final AcceptQueue queue;
    private final ProtocolFactory factory;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private volatile boolean stuck;
    private int compared;

    ConnectionStarter(NettyEventLoop loop, AcceptQueue queue, ProtocolFactory factory) {
        this.loop = loop;
        this.queue = queue;
        this.factory = factory;
    }

    /** Schedules this starter to begin connections on its loop. May be called from any thread. */
    void wakeUp() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            loop.later(this::beginQueued);
        }
    }

    /** Notes whether the loop is stuck: whether it has not run since it was last woken. */
    void updateStuck() {
        stuck = scheduled.get();
    }

    boolean isStuck() {
        return stuck;
    }

    int load() {
        return loop.load();
    }

    private void beginQueued() {
        scheduled.set(false);
        stuck = false;
        for (int i = 0; i < BATCH && queue.hasNext() && !loop.isClosed(); i++) {
            if (!queue.takeTurn(this)) {
                return;
            }
            if (!beginNext()) {
                break;
            }
            if (queue.share(this, ++compared)) {
                return;
            }
        }
        if (queue.hasNext() && !loop.isClosed()) {
            wakeUp();
        }
    }

    private boolean beginNext() {
        loop.setBeginning(this);
        try {
            Channel next = queue.next();
            if (next != null) {
                loop.begin(next, new AcceptedHandler(loop, factory));
            }
            return next != null;
        } finally {
            loop.setBeginning(null);
            endTurn();
        }
    }

    /** Allows another loop to begin the next connection. */
    void endTurn() {
        queue.endTurn(this);
    }
}
