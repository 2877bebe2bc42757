package dev.anteroom.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A thread with a selector that runs many {@link Peer}s. Part of the harness; shares no code with the transports. */
final class PeerLoop implements AutoCloseable {
    private record Timer(long due, Runnable task) {}

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>(Comparator.comparingLong(Timer::due));
    private volatile boolean closed;

    PeerLoop(String name) {
        try {
            selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs a task on the loop. May be called from any thread. */
    void execute(Runnable task) {
        tasks.add(task);
        selector.wakeup();
    }

    /** Schedules a task. Must be called on the loop. */
    void after(long millis, Runnable task) {
        timers.add(new Timer(now() + millis, task));
    }

    /** Registers a channel. Must be called on the loop. */
    SelectionKey register(SelectableChannel channel, int operations, Runnable ready) throws IOException {
        channel.configureBlocking(false);
        return channel.register(selector, operations, ready);
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void run() {
        try {
            while (!closed) {
                turn();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void turn() throws IOException {
        Timer next = timers.peek();
        long wait = next == null ? 1000 : Math.min(1000, next.due() - now());
        if (wait <= 0 || !tasks.isEmpty()) {
            selector.selectNow(this::serve);
        } else {
            selector.select(this::serve, wait);
        }
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
        while (!timers.isEmpty() && timers.element().due() <= now()) {
            timers.remove().task().run();
        }
    }

    private void serve(SelectionKey key) {
        if (key.isValid()) {
            ((Runnable) key.attachment()).run();
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
