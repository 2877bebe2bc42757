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
 * The one socket of a listener, from which every loop can accept. The kernel queues connections in the order in which it completed
 * them, and they begin in that order, whichever loop serves them.
 *
 * <p><b>The turn</b> makes the order. Accepting a connection and beginning it is one step, taken by one loop at a time; a loop that
 * finds the turn taken goes on with other work. Nothing waits for the turn, so no lock is held while user code runs.
 *
 * <p><b>The watch</b> only decides who is woken. One loop watches the socket, so that a newcomer wakes one thread, not all of them. The
 * watch moves to another loop when the watcher has more connections than that one, and when the watcher is stuck in
 * somebody's code: every 100 ms, a thread of the JDK's looks whether a loop that was awake has taken a new turn since.
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
     * Accepts nothing yet.
     *
     * @param borrowed whether the channel is to be left open in the end
     * @param acceptors makes an acceptor for each loop
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
     * @param first accepted already, and before all others
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

    /** Takes the turn, unless another loop has it: then that loop watches from now on, because it will look at the socket again. */
    boolean takeTurn(Acceptor acceptor) {
        Acceptor holder = turn.compareAndExchange(null, acceptor);
        if (holder != null) {
            watch(holder);
        }
        return holder == null;
    }

    /** Gives the turn back, if the acceptor has it. */
    void endTurn(Acceptor acceptor) {
        turn.compareAndSet(acceptor, null);
    }

    /** Accepts the next connection; returns null if there is none, or none may be accepted now. Called with the turn. */
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
     * Lets another loop watch if it has clearly fewer connections.
     *
     * @param acceptor has just accepted
     * @param other the number of the acceptor to compare it with, any number
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
            relieveWatcher();
        } finally {
            checkLater();
        }
    }

    private void relieveWatcher() {
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

    // ---- the listener's

    void pause(boolean pause) {
        paused = pause;
        Acceptor acceptor = watcher;
        acceptor.loop().tryExecute(acceptor::watch);
    }

    /** Accepts only while a condition holds, besides those that were there before. */
    void require(BooleanSupplier added) {
        BooleanSupplier before = condition;
        condition = () -> before.getAsBoolean() && added.getAsBoolean();
    }

    /** Takes no more. The address is free, and a channel that was borrowed let go of, once every acceptor has been closed. */
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
