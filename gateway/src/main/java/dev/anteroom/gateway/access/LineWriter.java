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
 * Writes lines on a thread of its own. Who adds one never waits: when more than {@value #MOST} are to be written, they are dropped, and a
 * line says how many. A file that was moved or removed, as by logrotate, is opened anew within a second; so no signal is needed.
 */
final class LineWriter implements AutoCloseable {
    static final int MOST = 16_384;
    private static final Logger LOGGER = System.getLogger(LineWriter.class.getName());
    private static final long GLANCE_MILLIS = 1000;
    private static final long FAREWELL_MILLIS = 5000;

    private final BlockingQueue<String> queue = new ArrayBlockingQueue<>(MOST);
    private final AtomicLong dropped = new AtomicLong();
    private final @Nullable Path file;
    private final Thread thread = new Thread(this::run, "anteroom-access-log");
    private volatile boolean closed;

    // All below are the thread's own.
    private @Nullable Writer out;
    private @Nullable Object opened;
    private boolean failing;
    private long glancedNanos;

    private LineWriter(@Nullable Path file) {
        this.file = file;
    }

    /**
     * Begins to write.
     *
     * @param target a file, or {@code -} for standard output
     * @throws IOException if it cannot be written to
     */
    static LineWriter open(String target) throws IOException {
        LineWriter writer = new LineWriter(target.equals("-") ? null : Path.of(target));
        writer.reopen();
        writer.thread.setDaemon(true);
        writer.thread.start();
        return writer;
    }

    /** Takes a line, without its end, or drops it. */
    void add(String line) {
        if (!queue.offer(line)) {
            dropped.incrementAndGet();
        }
    }

    private void run() {
        try {
            while (!closed || !queue.isEmpty()) {
                String line = queue.poll(GLANCE_MILLIS, TimeUnit.MILLISECONDS);
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
            long lost = dropped.getAndSet(0);
            if (lost > 0) {
                writer.write("{\"dropped\":" + lost + "}\n");
            }
            if (queue.isEmpty()) {
                writer.flush();
            }
            failing = false;
        } catch (IOException e) {
            dropped.addAndGet(line == null ? 0 : 1);
            opened = null; // to be opened anew at the next glance
            if (!failing) {
                LOGGER.log(Level.ERROR, "the access log cannot be written; lines are dropped until it can", e);
            }
            failing = true;
        }
    }

    private void reopenIfMoved() throws IOException {
        long now = System.nanoTime();
        if (file != null && now - glancedNanos >= TimeUnit.MILLISECONDS.toNanos(GLANCE_MILLIS)) {
            glancedNanos = now;
            if (!Files.exists(file) || !key(file).equals(opened)) {
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
        opened = key(file);
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
            thread.join(FAREWELL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
