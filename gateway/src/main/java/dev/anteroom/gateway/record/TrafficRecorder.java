package dev.anteroom.gateway.record;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gateway.proxy.StartFailure;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Records the connections of the gates for the simulator. A connection becomes one line when it ends. The thread that
 * reports it only puts it into a bounded queue, or omits it if the queue is full; another thread writes the file. If
 * writing fails, the recording ends and the gateway continues to serve. Thread-safe.
 */
public final class TrafficRecorder implements GateListener, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(TrafficRecorder.class.getName());
    private static final int CAPACITY = 1 << 16;
    private static final long FLUSH_MILLIS = 500;
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    private final Path file;
    private final BufferedWriter writer;
    private final EntryFormat format = new EntryFormat(System.nanoTime());
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong omitted = new AtomicLong();
    private final Thread thread = new Thread(this::write, "anteroom-recorder");
    private volatile boolean closing;
    private volatile boolean failed;

    private TrafficRecorder(Path file, BufferedWriter writer) {
        this.file = file;
        this.writer = writer;
        thread.setDaemon(true);
    }

    /**
     * Starts a recording. Replaces the contents of the file.
     *
     * @param file the file to write
     * @return the listener to register with the gates
     * @throws StartFailure if the file cannot be written
     */
    public static TrafficRecorder open(String file) throws StartFailure {
        try {
            return open(Path.of(file), Files.newBufferedWriter(Path.of(file)));
        } catch (IOException | InvalidPathException e) {
            throw new StartFailure("--record: \"" + file + "\" cannot be written: " + e);
        }
    }

    static TrafficRecorder open(Path file, BufferedWriter writer) throws IOException {
        writer.write(EntryFormat.HEADER);
        writer.newLine();
        writer.flush();
        TrafficRecorder recorder = new TrafficRecorder(file, writer);
        recorder.thread.start();
        return recorder;
    }

    @Override
    public void turnedAway(Admission admission) {
        record(admission);
    }

    @Override
    public void released(Admission admission) {
        record(admission);
    }

    private void record(Admission admission) {
        if (!failed && !queue.offer(Entry.of(admission))) {
            omitted.incrementAndGet();
        }
    }

    private void write() {
        try (writer) {
            while (!closing || !queue.isEmpty()) {
                Entry entry = queue.poll(FLUSH_MILLIS, TimeUnit.MILLISECONDS);
                if (entry == null) {
                    writer.flush();
                } else {
                    writer.write(format.line(entry));
                    writer.newLine();
                }
            }
        } catch (IOException e) {
            failed = true;
            queue.clear();
            LOGGER.log(Level.WARNING, "the recording to " + file + " ended, the gateway continues to serve: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes the queued connections and closes the file. Connections that have not ended are not recorded. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_TIMEOUT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (omitted.get() > 0) {
            LOGGER.log(
                    Level.WARNING,
                    "the recording " + file + " omits " + omitted.get() + " connections because the disk was too slow");
        }
    }
}
