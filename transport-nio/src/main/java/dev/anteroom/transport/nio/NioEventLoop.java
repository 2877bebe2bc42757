package dev.anteroom.transport.nio;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
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
 * One thread with a selector. Its turns are alike: wait until something is ready, a timer is due or a task has come; serve the
 * channels that are ready, each with a bounded amount of work; run the due timers; run the tasks that are there now. What comes
 * meanwhile is for the next turn, so neither tasks nor bytes can keep the others waiting.
 */
/*
 * Waking up
 *
 * Whoever brings a task from another thread adds it to the queue and then looks whether the loop is `asleep`; the loop says
 * that it is and then looks into the queue. Whichever comes second sees the other, so no task is left to a sleeping loop; and
 * of many tasks only the first pays for the wake-up, because it takes the flag down.
 *
 * Closing
 *
 * `closed` is set before the loop runs its last tasks. Whoever brings a task adds it and then looks at `closed`: if it is
 * set, the task is taken back out (and rejected) unless it was run already. So every task is either run or rejected. Those that
 * were accepted are run once, before the connections are given up: a connection may go on bringing itself new turns, and would
 * keep a loop that waits for the last of them from ever ending. Once it is lost it takes none, and a closed loop begins no
 * other.
 *
 * Steps are taken until `ended` is set, in the same way, for a listener's address is free when its step was taken and not before.
 */
final class NioEventLoop implements TransportLoop {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long PAUSE_AFTER_FAILURE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final TransportOptions options;
    private final Selector selector;
    private final ByteBuffer buffer;
    private final Thread thread;
    private final Timers timers = new Timers(this);
    private final DepartureSweep departures = new DepartureSweep(this);
    private final List<SelectionKey> ready = new ArrayList<>();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> steps = new ConcurrentLinkedQueue<>();
    private final Queue<Runnable> whenLetGo = new ArrayDeque<>();
    private final AtomicBoolean asleep = new AtomicBoolean();
    private @Nullable Acceptor beginning;
    private volatile boolean closed;
    private volatile boolean ended;

    NioEventLoop(String name, TransportOptions options) throws IOException {
        loadWhatNeedsDescriptors();
        this.options = options;
        selector = Selector.open();
        buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        thread = new Thread(this::run, name);
    }

    /**
     * Has loaded now what is loaded when first needed, and never again if that fails for want of a descriptor: what closes
     * a channel (which takes a socket pair), the log, and what it formats times with (which take files).
     */
    private static void loadWhatNeedsDescriptors() throws IOException {
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

    Selector selector() {
        return selector;
    }

    DepartureSweep departures() {
        return departures;
    }

    /** The loop's own buffer, cleared: whoever takes it is done with it before giving control back to the loop. */
    ByteBuffer buffer() {
        return buffer.clear();
    }

    /** Says whose connection is about to begin. Called on the loop. */
    void setBeginning(@Nullable Acceptor acceptor) {
        beginning = acceptor;
    }

    /** Lets another loop begin the next connection, although one that has begun on this loop still does something. */
    void letNextBegin() {
        if (beginning != null) {
            beginning.endTurn();
        }
    }

    /** Whether the loop waits for something to do. May be asked by any thread. */
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

    /** Runs a task in a later turn, unless the loop is closed. May be called from any thread. */
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

    /** Calls a protocol back in a later turn, even while the loop is closing. Called on the loop. */
    @Override
    public void later(Runnable callback) {
        tasks.add(callback);
    }

    /**
     * Takes a channel from the selector, and calls back as soon as that has let go of it: with the next select, which does
     * not wait. A channel that is closed after that is closed at once; before, the JDK shuts it down first, and has two more
     * system calls for it. Called on the loop.
     */
    void deregister(SelectionKey key, Runnable letGo) {
        key.cancel();
        whenLetGo.add(letGo);
    }

    /**
     * Runs a step of this library on the loop soon, even while the loop closes or waits for another loop's step. May be
     * called from any thread.
     *
     * @return false if the loop has ended, and freed every descriptor
     */
    boolean tryStep(Runnable step) {
        return offer(steps, step, () -> ended);
    }

    /** Runs the steps that have come. Called on the loop. */
    void runSteps() {
        for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
            run(step);
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

    /** As {@link #schedule}, but a loop that is closing forgets the task instead of rejecting it. Called on the loop. */
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

    /** Begins to end: from now on tasks are rejected. May be called from any thread, and twice. */
    void close() {
        closed = true;
        wakeUp();
    }

    boolean isClosed() {
        return closed;
    }

    /** The thread, to be waited for. */
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
        runSteps();
        for (SelectionKey key : ready) {
            if (key.isValid()) {
                ((Registered) key.attachment()).ready(key.readyOps());
            }
        }
        timers.runDue(this::run);
        runTasks();
    }

    /**
     * Waits until there is something to do. The ready keys are collected and served afterwards, because the selector cannot
     * release descriptors while it calls.
     */
    private void select() throws IOException {
        int letGo = whenLetGo.size();
        ready.clear();
        // Left by some callback, an interrupt would make every select return at once.
        Thread.interrupted();
        long nanos = timers.nanosUntilNext();
        asleep.set(true);
        if (nanos <= 0 || !tasks.isEmpty() || !steps.isEmpty() || !whenLetGo.isEmpty() || closed) {
            selector.selectNow(ready::add);
        } else {
            selector.select(ready::add, nanos == Long.MAX_VALUE ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
        }
        asleep.set(false);
        runLetGo(letGo);
    }

    /** Calls those back whose channel the selector has let go of: as many as were there before it last selected. */
    private void runLetGo(int count) {
        for (int i = 0; i < count; i++) {
            run(whenLetGo.remove());
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

    /** Marks how far the tasks of one turn reach. */
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

    /** Runs what was accepted, gives every channel up, tells their protocols, and frees the descriptors. */
    private void end() {
        runSteps();
        runTasks();
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof Registered registered) {
                registered.shutDown();
            }
        }
        runRemaining();
        ended = true;
        runSteps();
        discard(selector);
    }

    private void runRemaining() {
        do {
            int letGo = whenLetGo.size();
            releaseDescriptors();
            runLetGo(letGo);
            runSteps();
            runTasks();
        } while (!tasks.isEmpty() || !whenLetGo.isEmpty());
    }

    /** Closed channels keep their descriptors until the selector lets go of them; this makes it. Called on the loop. */
    void releaseDescriptors() {
        try {
            selector.selectNow(key -> {});
        } catch (IOException e) {
            Log.error("the selector failed", e);
        }
    }

    /** Closes and does not mind if that fails: nothing can be done about it. */
    static void discard(Closeable channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is gone for us.
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
