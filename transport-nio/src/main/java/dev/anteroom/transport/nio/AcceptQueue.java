package dev.anteroom.transport.nio;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one socket of a listener, from which every loop can accept. The kernel queues connections in the order in which
 * it completes them, and they begin in that order, whichever loop serves them.
 *
 * <p><b>The turn</b> keeps the order. Accepting a connection and beginning it is one step, which one loop at a time
 * takes. A loop that finds the turn taken goes on with other work. No loop waits for the turn, so no lock is held while
 * user code runs.
 *
 * <p><b>The watch</b> only decides which loop wakes up. One loop watches the socket, so that a new connection wakes one
 * thread instead of all of them. The watch moves to another loop when the watcher has clearly more connections than
 * that loop, and when the watcher is stuck in user code. To find a stuck loop, a JDK thread checks every 100 ms whether
 * each loop that was awake has taken a new turn since the last check.
 */
final class AcceptQueue {
    private static final long CHECK_PERIOD_MILLIS = 100;

    private final ServerSocketChannel channel;
    private final boolean borrowed;
    private final List<Acceptor> acceptors;
    private final AtomicReference<@Nullable SocketChannel> early = new AtomicReference<>();
    private final AtomicReference<@Nullable Acceptor> turn = new AtomicReference<>();
    private volatile Acceptor watcher;
    private volatile boolean paused;
    private volatile boolean closed;
    private volatile BooleanSupplier condition = () -> true;

    /**
     * Creates a queue that accepts nothing until it is opened.
     *
     * @param borrowed whether the caller owns the channel, so that closing this queue leaves it open
     * @param acceptors creates one acceptor for each loop
     */
    AcceptQueue(ServerSocketChannel channel, boolean borrowed, Function<AcceptQueue, List<Acceptor>> acceptors) {
        this.channel = channel;
        this.borrowed = borrowed;
        this.acceptors = acceptors.apply(this);
        watcher = this.acceptors.get(0);
    }

    ServerSocketChannel channel() {
        return channel;
    }

    boolean isBorrowed() {
        return borrowed;
    }

    /**
     * Begins to accept.
     *
     * @param first a connection that was accepted already and begins before all others
     * @throws java.util.concurrent.RejectedExecutionException if the loops are closed
     */
    void open(@Nullable SocketChannel first) {
        early.set(first);
        watcher.loop().execute(watcher::watch);
        if (acceptors.size() > 1) {
            checkLater();
        }
    }

    boolean isOpen() {
        return !closed && !paused;
    }

    boolean isClosed() {
        return closed;
    }

    // ---- the turn

    /**
     * Takes the turn, unless another loop has it. In that case the other loop becomes the watcher, because it looks at
     * the socket again after its turn.
     */
    boolean takeTurn(Acceptor acceptor) {
        Acceptor holder = turn.compareAndExchange(null, acceptor);
        if (holder != null) {
            watch(holder);
        }
        return holder == null;
    }

    /** Gives the turn back if the acceptor has it. */
    void endTurn(Acceptor acceptor) {
        turn.compareAndSet(acceptor, null);
    }

    /**
     * Accepts the next connection. Returns null if there is none, or if none may be accepted now. Call only with the
     * turn.
     */
    @Nullable
    SocketChannel accept() throws IOException {
        if (!isOpen() || !condition.getAsBoolean()) {
            return null;
        }
        SocketChannel first = hasEarly() ? early.getAndSet(null) : null;
        return first != null ? first : channel.accept();
    }

    boolean hasEarly() {
        return early.get() != null;
    }

    // ---- the watch

    boolean isWatcher(Acceptor acceptor) {
        return watcher == acceptor;
    }

    private void watch(Acceptor acceptor) {
        watcher = acceptor;
        acceptor.loop().tryExecute(acceptor::watch);
    }

    /**
     * Moves the watch to another loop if that loop has clearly fewer connections.
     *
     * @param acceptor the acceptor that has just accepted a connection
     * @param other the number of the acceptor to compare it with; any number is valid
     */
    void share(Acceptor acceptor, int other) {
        Acceptor next = acceptors.get(Math.floorMod(other, acceptors.size()));
        int load = acceptor.load();
        if (isWatcher(acceptor) && load > next.load() + 1 + load / 16 && !next.isStuck()) {
            watch(next);
        }
    }

    private void checkLater() {
        CompletableFuture.delayedExecutor(CHECK_PERIOD_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
                .execute(this::check);
    }

    private void check() {
        if (closed || watcher.loop().isClosed()) {
            return;
        }
        try {
            acceptors.forEach(Acceptor::check);
            replaceStuckWatcher();
        } finally {
            checkLater();
        }
    }

    private void replaceStuckWatcher() {
        int stuck = acceptors.indexOf(watcher);
        for (int i = 0; i < acceptors.size(); i++) {
            Acceptor next = acceptors.get((stuck + i) % acceptors.size());
            if (!next.isStuck()) {
                if (i > 0) {
                    watch(next);
                }
                return;
            }
        }
    }

    // ---- called by the listener

    void pause(boolean pause) {
        paused = pause;
        Acceptor acceptor = watcher;
        acceptor.loop().tryExecute(acceptor::watch);
    }

    /** Accepts only while a condition is true, in addition to the conditions added before. */
    void require(BooleanSupplier added) {
        BooleanSupplier before = condition;
        condition = () -> before.getAsBoolean() && added.getAsBoolean();
    }

    /** Stops accepting. The address is free, and a borrowed channel released, once every acceptor has been closed. */
    void close() {
        closed = true;
        if (!borrowed) {
            NioEventLoop.discard(channel);
        }
        SocketChannel first = early.getAndSet(null);
        if (first != null) {
            NioEventLoop.reset(first);
        }
    }

    List<Acceptor> acceptors() {
        return acceptors;
    }

    static SocketAddress addressOf(ServerSocketChannel channel) throws IOException {
        SocketAddress address = channel.getLocalAddress();
        if (address == null) {
            throw new IOException("the channel is not bound");
        }
        return address;
    }
}
