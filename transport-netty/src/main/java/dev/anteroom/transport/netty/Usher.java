package dev.anteroom.transport.netty;

import dev.anteroom.protocol.ProtocolFactory;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.AtomicBoolean;

/** Begins connections on one loop, in the order that {@link AcceptQueue} keeps. */
final class Usher {
    /** Connections begun in one task at most, so that those already there are not kept waiting. */
    private static final int BATCH = 64;

    private final NettyEventLoop loop;
    private final AcceptQueue queue;
    private final ProtocolFactory factory;
    private final AtomicBoolean called = new AtomicBoolean();
    private volatile boolean stuck;
    private int compared;

    Usher(NettyEventLoop loop, AcceptQueue queue, ProtocolFactory factory) {
        this.loop = loop;
        this.queue = queue;
        this.factory = factory;
    }

    /** Has it come when its loop is free. May be called from any thread. */
    void call() {
        if (!called.get() && called.compareAndSet(false, true)) {
            loop.later(this::come);
        }
    }

    /** Notes that it has not come for long, if it was called. */
    void check() {
        stuck = called.get();
    }

    boolean isStuck() {
        return stuck;
    }

    int load() {
        return loop.load();
    }

    private void come() {
        called.set(false);
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
            call();
        }
    }

    private boolean beginNext() {
        loop.setBeginning(this);
        try {
            Channel next = queue.next();
            if (next != null) {
                loop.begin(next, new Accepted(loop, factory));
            }
            return next != null;
        } finally {
            loop.setBeginning(null);
            endTurn();
        }
    }

    /** Lets another loop begin the next connection. */
    void endTurn() {
        queue.endTurn(this);
    }
}
