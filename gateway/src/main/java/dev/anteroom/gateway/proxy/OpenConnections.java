package dev.anteroom.gateway.proxy;

import java.util.concurrent.atomic.AtomicInteger;

/** The number of served pairs of a gateway with at least one open side. Thread-safe. */
final class OpenConnections {
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean cutOff;

    void begin() {
        count.incrementAndGet();
    }

    void end() {
        count.decrementAndGet();
    }

    int count() {
        return count.get();
    }

    /** Records that the gateway is about to cut off all connections. */
    void cutOff() {
        cutOff = true;
    }

    boolean areCutOff() {
        return cutOff;
    }
}
