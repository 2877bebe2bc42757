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
 * Records what comes to a gate, for the simulator. A connection is one line, written when it has ended, by a thread of our own: whoever
 * reports it only puts it into a bounded queue, and leaves it out if that is full. A disk that fails ends the recording, and nothing
 * else. Thread-safe.
 */
public final class TrafficRecorder implements GateListener, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(TrafficRecorder.class.getName());
    private static final int QUEUED = 1 << 16;
    private static final long FLUSH_MILLIS = 500;
    private static final long CLOSE_MILLIS = 5_000;

    private final Path file;
    private final BufferedWriter writer;
    private final EntryFormat format = new EntryFormat(System.nanoTime());
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(QUEUED);
    private final AtomicLong leftOut = new AtomicLong();
    private final Thread thread = new Thread(this::write, "anteroom-recorder");
    private volatile boolean closing;
    private volatile boolean failed;

    private TrafficRecorder(Path file, BufferedWriter writer) {
        this.file = file;
        this.writer = writer;
        thread.setDaemon(true);
    }

    /**
     * Begins a recording, in the place of what the file held.
     *
     * @param file to be written
     * @return a listener for the gates
     * @throws StartFailure if it cannot be written
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
            leftOut.incrementAndGet();
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
            LOGGER.log(Level.WARNING, "recording to " + file + " has ended, serving goes on: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes what is queued, and ends. Those still connected are not in the recording. */
    @Override
    public void close() {
        closing = true;
        try {
            thread.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (leftOut.get() > 0) {
            LOGGER.log(
                    Level.WARNING,
                    "connections left out of " + file + ", because the disk was too slow: " + leftOut.get());
        }
    }
}
