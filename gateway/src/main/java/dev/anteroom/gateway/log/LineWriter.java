package dev.anteroom.gateway.log;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes entries as lines, on a thread of its own. Adding an entry never blocks: while the queued entries take {@link
 * #MAX_BYTES} of memory, further entries are dropped, and counted. After the file has been moved or removed, for
 * example by logrotate, the writer creates a new one within a second, or at once when it is asked to.
 *
 * @param <T> an entry
 */
public final class LineWriter<T> implements AutoCloseable {
    /** A bound in bytes, because the length of a line depends on what clients send. */
    static final long MAX_BYTES = Math.min(8 << 20, Runtime.getRuntime().maxMemory() / 32);

    private static final Logger LOGGER = System.getLogger(LineWriter.class.getName());
    private static final int BYTES_OF_QUEUE = 64;
    private static final int BATCH_CHARS = 16 << 10;
    private static final long CHECK_MILLIS = 1000;
    private static final long CLOSE_TIMEOUT_MILLIS = 5000;

    private final LineFormat<T> format;
    private final LogFile file;
    private final BlockingQueue<Item<T>> queue = new LinkedBlockingQueue<>();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread thread;
    private volatile boolean reopening;
    private volatile boolean ended;
    private volatile boolean closed;

    // Accessed by the writing thread only.
    private long reported;
    private boolean failing;
    private long lastCheckNanos = System.nanoTime();

    /** A queued entry, or null to wake the writing thread. */
    private record Item<T>(@Nullable T entry, int bytes) {}

    private LineWriter(LineFormat<T> format, LogFile file) {
        this.format = format;
        this.file = file;
        this.thread = new Thread(this::run, "anteroom " + format.name());
        thread.setDaemon(true);
    }

    /**
     * Opens a file and starts the thread.
     *
     * @param target the file, or {@code -} for standard output
     * @param replaced whether the contents of the file are replaced; otherwise the lines are appended
     * @param format what to write
     * @return a writer, to be closed by the caller
     * @throws IOException if the file cannot be opened for writing
     */
    public static <T> LineWriter<T> open(String target, boolean replaced, LineFormat<T> format) throws IOException {
        LineWriter<T> writer = new LineWriter<>(format, LogFile.open(target, format.header(), replaced));
        writer.thread.start();
        return writer;
    }

    /**
     * Queues an entry, or drops it. Never blocks.
     *
     * @param entry the entry
     */
    public void add(T entry) {
        int bytes = format.bytes(entry) + BYTES_OF_QUEUE;
        if (!ended && queuedBytes.addAndGet(bytes) <= MAX_BYTES) {
            queue.add(new Item<>(entry, bytes));
        } else if (!ended) {
            queuedBytes.addAndGet(-bytes);
            dropped.incrementAndGet();
        }
    }

    /** Opens the file again, soon, on the writing thread. What is queued may go to either file. */
    public void reopen() {
        reopening = true;
        wakeUp();
    }

    private void wakeUp() {
        queue.add(new Item<>(null, 0));
    }

    /**
     * Returns how many entries are missing from the file.
     *
     * @return a count that never falls
     */
    public long dropped() {
        return dropped.get();
    }

    private void run() {
        try (file) {
            while (!ended && (!closed || !queue.isEmpty())) {
                write(queue.poll(CHECK_MILLIS, TimeUnit.MILLISECONDS));
            }
            queue.clear();
        } catch (IOException e) {
            fail(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(@Nullable Item<T> first) {
        StringBuilder lines = new StringBuilder();
        int count = 0;
        for (Item<T> item = first; item != null; item = lines.length() < BATCH_CHARS ? queue.poll() : null) {
            queuedBytes.addAndGet(-item.bytes);
            if (item.entry != null) {
                append(lines, format.line(item.entry));
                count++;
            }
        }
        long missing = dropped.get();
        append(lines, missing == reported ? "" : format.dropped(missing - reported));
        try {
            write(lines.toString());
            reported = missing;
            failing = false;
        } catch (IOException e) {
            dropped.addAndGet(count);
            fail(e);
        }
    }

    private static void append(StringBuilder lines, String line) {
        if (!line.isEmpty()) {
            lines.append(line).append('\n');
        }
    }

    private void write(String lines) throws IOException {
        if (reopening) {
            reopening = false;
            file.close();
        }
        long now = System.nanoTime();
        if (now - lastCheckNanos >= TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS)) {
            lastCheckNanos = now;
            file.closeIfMoved();
        }
        file.write(lines);
    }

    private void fail(IOException reason) {
        if (!failing) {
            String consequence =
                    format.endsWithFailure() ? "it ends here" : "its lines are dropped until writing succeeds";
            LOGGER.log(
                    Level.WARNING,
                    "cannot write " + format.name() + " to " + file + ": " + reason + "; " + consequence
                            + ", and connections are served all the same");
        }
        failing = true;
        ended = format.endsWithFailure();
        try {
            file.close();
        } catch (IOException e) {
            // It fails for the same reason; the next write opens the file again.
        }
    }

    /** Writes what is queued, for five seconds at most. */
    @Override
    public void close() {
        closed = true;
        wakeUp();
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
