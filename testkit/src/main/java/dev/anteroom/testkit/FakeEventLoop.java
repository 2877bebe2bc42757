package dev.anteroom.testkit;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;

/**
 * An event loop under the control of a test. The test's thread is its one thread, the test advances its time, and the
 * test decides the outcome of each connection attempt.
 *
 * <pre>{@code
 * var loop = new FakeEventLoop();
 * loop.execute(task);
 * loop.runPending();
 * loop.advance(Duration.ofSeconds(5));
 * loop.attempts().get(0).fail(new ConnectException("refused"));
 * }</pre>
 */
public final class FakeEventLoop implements EventLoop {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparing(Timer::due).thenComparing(Timer::number));
    private final List<Attempt> attempts = new ArrayList<>();
    private Duration now = Duration.ZERO;
    private int timersMade;
    private boolean closed;

    /** Creates a loop without tasks. */
    public FakeEventLoop() {}

    /** Runs the queued tasks, and those that they submit, until the queue is empty. */
    public void runPending() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    /**
     * Advances the time: runs the queued tasks, and each delayed task when its time has come.
     *
     * @param time how far to advance
     */
    public void advance(Duration time) {
        runPending();
        Duration end = now.plus(time);
        while (!timers.isEmpty() && timers.peek().due().compareTo(end) <= 0) {
            Timer timer = timers.remove();
            now = timer.due();
            timer.task().run();
            runPending();
        }
        now = end;
    }

    /** Shuts the loop down. It drops its tasks and rejects new ones. */
    public void close() {
        closed = true;
        tasks.clear();
        timers.clear();
    }

    /**
     * Returns the connection attempts.
     *
     * @return all attempts in order, whatever their outcome
     */
    public List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /**
     * Returns true, because the test's thread is the loop's.
     *
     * @return true
     */
    @Override
    public boolean inEventLoop() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        requireOpen();
        tasks.add(task);
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        requireOpen();
        Timer timer = new Timer(now.plus(delay), timersMade++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    private void requireOpen() {
        if (closed) {
            throw new RejectedExecutionException("the event loop is closed");
        }
    }

    private record Timer(Duration due, int number, Runnable task) {}

    @Override
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol) {
        Attempt attempt = new Attempt(remote, protocol);
        attempts.add(attempt);
        if (closed) {
            attempt.fail(new IOException("the event loop is closed"));
        }
        return attempt.future;
    }

    @Override
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol, Duration timeout) {
        return connect(remote, protocol);
    }

    /** A connection attempt, which is pending until the test decides its outcome. */
    public final class Attempt {
        private final SocketAddress remote;
        private final Protocol protocol;
        private final CompletableFuture<Transport> future = new CompletableFuture<>();

        private Attempt(SocketAddress remote, Protocol protocol) {
            this.remote = remote;
            this.protocol = protocol;
        }

        /**
         * Returns the address to connect to.
         *
         * @return the address
         */
        public SocketAddress remote() {
            return remote;
        }

        /**
         * Whether the attempt was cancelled.
         *
         * @return true if its future is cancelled
         */
        public boolean isCancelled() {
            return future.isCancelled();
        }

        /**
         * Establishes the connection.
         *
         * @return its transport, after {@code connectionMade}
         */
        public FakeTransport succeed() {
            FakeTransport transport = new FakeTransport(FakeEventLoop.this, remote);
            transport.open(protocol);
            future.complete(transport);
            return transport;
        }

        /**
         * Fails the attempt.
         *
         * @param reason why there is no connection
         */
        public void fail(IOException reason) {
            future.completeExceptionally(reason);
        }
    }
}
