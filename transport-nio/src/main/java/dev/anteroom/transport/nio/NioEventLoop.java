package dev.anteroom.transport.nio;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.transport.KeepAliveQueue;
import dev.anteroom.transport.TransportLoop;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A thread with a selector. Every turn takes the same steps: wait until a channel is ready, a timer is due or a task
 * has arrived; serve the ready channels, each with a bounded amount of work; run the due timers; run the tasks that are
 * queued now. What arrives during a turn is left for the next one, so neither tasks nor bytes can keep the others
 * waiting.
 */
/*
 * Waking up
 *
 * A thread that submits a task adds it to the queue and then checks whether the loop is `asleep`. The loop sets
 * `asleep` and then checks the queue. Whichever comes second sees what the other did, so no task is left to a sleeping
 * loop. Of many tasks only the first pays for the wake-up, because it clears the flag.
 *
 * Closing
 *
 * `closed` is set before the loop runs its last tasks. A thread that submits a task adds it and then checks `closed`:
 * if it is set, the thread takes the task back out and rejects it, unless it has run already. So every task is either
 * run or rejected. Accepted tasks run once, before the connections are aborted: a connection may keep scheduling turns
 * for itself, and a loop that waited for the last of them would never end. A lost connection schedules nothing, and a
 * closed loop begins no new connection.
 *
 * Internal tasks are accepted in the same way until `ended` is set, because a listener's address becomes free only when
 * its internal task has run.
 */
final class NioEventLoop implements TransportLoop {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TransportOptions options;
    private final Selector selector;
    private final ByteBuffer buffer;
    private final Thread thread;
    private final Timers timers = new Timers(this);
    private final KeepAliveQueue young;
    private final DepartureSweep departures = new DepartureSweep(this);
    private final List<SelectionKey> ready = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> internalTasks = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> onDeregistered = new ArrayDeque<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private @Nullable Acceptor beginning;
    private volatile boolean closed;
    private volatile boolean ended;

    NioEventLoop(String name, TransportOptions options) throws IOException {
        preloadWhatNeedsDescriptors();
        this.options = options;
        young = new KeepAliveQueue(this, options.keepAlive());
        selector = Selector.open();
        buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        thread = new Thread(this::run, name);
        // Loads the classes of a timer, which the acceptor needs when there is no descriptor left to load them with.
        timers.timer(Duration.ZERO, () -> {});
    }

    /**
     * Loads now what the JDK loads on first use, and never again if that fails for lack of a descriptor: the code that
     * closes a channel (which takes a socket pair), the log, and the time zone with which the log formats times (which
     * take files).
     */
    private static void preloadWhatNeedsDescriptors() throws IOException {
        SocketChannel.open().close();
        Log.prepare();
        Objects.requireNonNull(ZoneId.systemDefault());
    }

    void start() {
        thread.start();
    }

    @Override
    public TransportOptions options() {
        return options;
    }

    @Override
    public KeepAliveQueue young() {
        return young;
    }

    Selector selector() {
        return selector;
    }

    DepartureSweep departures() {
        return departures;
    }

    /** Returns the loop's own buffer, cleared. A caller must not keep it beyond the current call. */
    ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Sets the acceptor whose connection is about to begin; null after it has begun. Called on the loop. */
    void setBeginning(@Nullable Acceptor acceptor) {
        beginning = acceptor;
    }

    /** Allows another loop to begin the next connection, while the one that began on this loop is still busy. */
    void beginNext() {
        if (beginning != null) {
            beginning.endTurn();
        }
    }

    /** Whether the loop is waiting for something to do. May be called from any thread. */
    boolean isAsleep() {
        return asleep.get();
    }

    @Override
    public boolean inEventLoop() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
        if (!tryExecute(Objects.requireNonNull(task, "task"))) {
            throw new RejectedExecutionException("the event loop is closed");
        }
    }

    /** Runs a task in a later turn. Returns false if the loop is closed. May be called from any thread. */
    boolean tryExecute(Runnable task) {
        return offer(tasks, task, () -> closed);
    }

    private boolean offer(Queue<Runnable> queue, Runnable task, BooleanSupplier over) {
        if (over.getAsBoolean()) {
            return false;
        }
        queue.add(task);
        if (over.getAsBoolean() && queue.remove(task)) {
            return false;
        }
        wakeUp();
        return true;
    }

    /** Runs a callback of a protocol in a later turn, even while the loop is closing. Called on the loop. */
    @Override
    public void later(Runnable callback) {
        tasks.add(callback);
    }

    /**
     * Removes a channel from the selector, and runs the callback as soon as the selector has released it: after the
     * next select, which does not wait. Closing a channel that the selector has released is immediate; before that, the
     * JDK shuts the channel down first, which costs two more system calls. Called on the loop.
     */
    void deregister(SelectionKey key, Runnable onReleased) {
        key.cancel();
        onDeregistered.add(onReleased);
    }

    /**
     * Runs a task of this library on the loop soon, even while the loop closes or waits for an internal task of another
     * loop. May be called from any thread.
     *
     * @return false if the loop has ended and has freed every descriptor
     */
    boolean tryExecuteInternal(Runnable task) {
        return offer(internalTasks, task, () -> ended);
    }

    /** Runs the internal tasks that have been submitted. Called on the loop. */
    void runInternalTasks() {
        for (Runnable task = internalTasks.poll(); task != null; task = internalTasks.poll()) {
            run(task);
        }
    }

    private void wakeUp() {
        if (!inEventLoop() && asleep.get() && asleep.compareAndSet(true, false)) {
            selector.wakeup();
        }
    }

    @Override
    public Cancellable schedule(Duration delay, Runnable task) {
        Timers.Timer timer = timers.timer(delay, Objects.requireNonNull(task, "task"));
        if (inEventLoop() && !closed) {
            timers.add(timer);
        } else {
            execute(() -> timers.add(timer));
        }
        return timer;
    }

    /**
     * Schedules a task as {@link #schedule} does, but a closing loop drops the task instead of rejecting it. Called on
     * the loop.
     */
    @Override
    public Cancellable later(Duration delay, Runnable task) {
        Timers.Timer timer = timers.timer(delay, task);
        timers.add(timer);
        return timer;
    }

    @Override
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol) {
        return connect(remote, protocol, options.connectTimeout());
    }

    @Override
    public CompletableFuture<Transport> connect(SocketAddress remote, Protocol protocol, Duration timeout) {
        Connecting attempt = new Connecting(this, remote, protocol, timeout);
        if (!tryExecute(attempt::start)) {
            attempt.completeExceptionally(new IOException("the event loop is closed"));
        }
        return attempt;
    }

    @Override
    public void warn(String message, Throwable cause) {
        Log.warn(message, cause);
    }

    /**
     * Starts to close the loop, which rejects tasks from now on. May be called from any thread, and more than once.
     */
    void close() {
        closed = true;
        wakeUp();
    }

    boolean isClosed() {
        return closed;
    }

    /** Returns the loop's thread, so that a caller can wait for its end. */
    Thread thread() {
        return thread;
    }

    private void run() {
        while (!closed) {
            try {
                turn();
            } catch (Throwable e) {
                Log.error("a turn of the event loop failed", e);
                LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
            }
        }
        end();
    }

    private void turn() throws IOException {
        select();
        runInternalTasks();
        for (SelectionKey key : ready) {
            if (key.isValid()) {
                ((Registered) key.attachment()).ready(key.readyOps());
            }
        }
        timers.runDue(this::run);
        runTasks();
    }

    /**
     * Waits until there is something to do. Ready keys are collected here and served afterwards, because the selector
     * cannot release descriptors during a callback.
     */
    private void select() throws IOException {
        int deregistered = onDeregistered.size();
        ready.clear();
        // An interrupt left over from a callback would make every select return at once.
        Thread.interrupted();
        long nanos = timers.nanosUntilNext();
        asleep.set(true);
        if (nanos <= 0 || !tasks.isEmpty() || !internalTasks.isEmpty() || !onDeregistered.isEmpty() || closed) {
            selector.selectNow(ready::add);
        } else {
            selector.select(ready::add, nanos == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        }
        asleep.set(false);
        runDeregistered(deregistered);
    }

    /**
     * Runs the callbacks of channels that the selector has released: as many as were registered before it last
     * selected.
     */
    private void runDeregistered(int count) {
        for (int i = 0; i < count; i++) {
            run(onDeregistered.remove());
        }
    }

    private void runTasks() {
        if (tasks.isEmpty()) {
            return;
        }
        Runnable endOfTurn = new EndOfTurn();
        tasks.add(endOfTurn);
        for (Runnable task = tasks.poll(); task != null && task != endOfTurn; task = tasks.poll()) {
            run(task);
        }
    }

    /** Marks the last task that belongs to the current turn. */
    private static final class EndOfTurn implements Runnable {
        @Override
        public void run() {}
    }

    private void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Log.error("a task failed; the event loop goes on", e);
        }
    }

    /** Runs the accepted tasks, aborts every channel, notifies the protocols, and frees the descriptors. */
    private void end() {
        runInternalTasks();
        runTasks();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Registered registered) {
                registered.shutDown();
            }
        }
        runRemaining();
        ended = true;
        runInternalTasks();
        discard(selector);
    }

    private void runRemaining() {
        do {
            int deregistered = onDeregistered.size();
            releaseDescriptors();
            runDeregistered(deregistered);
            runInternalTasks();
            runTasks();
        } while (!tasks.isEmpty() || !onDeregistered.isEmpty());
    }

    /** Selects once, so that the selector frees the descriptors of closed channels. Called on the loop. */
    void releaseDescriptors() {
        try {
            selector.selectNow(key -> {});
        } catch (IOException e) {
            Log.error("the selector failed", e);
        }
    }

    /** Closes a channel and ignores a failure, because nothing can be done about it. */
    static void discard(Closeable channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // The channel is unusable either way.
        }
    }

    /** Closes with a reset instead of a FIN. */
    static void reset(SocketChannel channel) {
        resetWhenClosed(channel);
        discard(channel);
    }

    static void resetWhenClosed(SocketChannel channel) {
        Options.set(channel, StandardSocketOptions.SO_LINGER, 0);
    }
}
