package dev.anteroom.gateway.access;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines on a thread of its own. Adding a line never blocks: when {@value #CAPACITY} lines are queued, further
 * lines are dropped, and a line of the file reports how many. After the file has been moved or removed, for example by
 * logrotate, the writer creates a new one within a second, so it needs no signal.
 */
final class LineWriter implements AutoCloseable {
    static final int CAPACITY = 16_384;
    private static final Logger LOGGER = System.getLogger(LineWriter.class.getName());
    private static final long CHECK_MILLIS = 1000;
    private static final long CLOSE_TIMEOUT_MILLIS = 5000;

    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong dropped = new AtomicLong();
    private final @Nullable Path file;
    private final Thread thread = new Thread(this::run, "anteroom-access-log");
    private volatile boolean closed;

    // Accessed by the writing thread only.
    private @Nullable Writer out;
    private @Nullable Object openedKey;
    private boolean failing;
    private long lastCheckNanos;

    private LineWriter(@Nullable Path file) {
        this.file = file;
    }

    /**
     * Opens a file and starts the thread.
     *
     * @param target the file to append to, or {@code -} for standard output
     * @throws IOException if the file cannot be opened for writing
     */
    static LineWriter open(String target) throws IOException {
        LineWriter writer = new LineWriter(target.equals("-") ? null : Path.of(target));
        writer.reopen();
        writer.thread.setDaemon(true);
        writer.thread.start();
        return writer;
    }

    /** Queues a line, given without its line separator, or drops it if the queue is full. */
    void add(String line) {
        if (!queue.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        try {
            while (!closed || !queue.isEmpty()) {
                String line = queue.poll(CHECK_MILLIS, TimeUnit.MILLISECONDS);
                write(line);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(@Nullable String line) {
        try {
            reopenIfMoved();
            Writer writer = Objects.requireNonNull(out);
            if (line != null && !line.isEmpty()) {
                writer.write(line + "\n");
            }
            long count = dropped.getAndSet(0);
            if (count > 0) {
                writer.write("{\"dropped\":" + count + "}\n");
            }
            if (queue.isEmpty()) {
                writer.flush();
            }
            failing = false;
        } catch (IOException e) {
            dropped.addAndGet(line == null ? 0 : 1);
            openedKey = null; // makes the next check reopen the file
            if (!failing) {
                LOGGER.log(Level.ERROR, "cannot write the access log; its lines are dropped until writing succeeds", e);
            }
            failing = true;
        }
    }

    private void reopenIfMoved() throws IOException {
        long now = System.nanoTime();
        if (file != null && now - lastCheckNanos >= TimeUnit.MILLISECONDS.toNanos(CHECK_MILLIS)) {
            lastCheckNanos = now;
            if (!Files.exists(file) || !key(file).equals(openedKey)) {
                reopen();
            }
        }
    }

    private void reopen() throws IOException {
        if (file == null) {
            out = new BufferedWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8));
            return;
        }
        if (out != null) {
            out.close();
        }
        out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        openedKey = key(file);
    }

    private static Object key(Path file) throws IOException {
        Object key = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        return key == null ? file : key;
    }

    @Override
    public void close() {
        closed = true;
        add(""); // wakes the thread
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
