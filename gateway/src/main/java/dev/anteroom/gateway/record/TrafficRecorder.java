package dev.anteroom.gateway.record;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gateway.log.LineWriter;
import dev.anteroom.gateway.proxy.StartFailure;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.InvalidPathException;

/**
 * Records the connections of the gates for the simulator. A connection becomes one line when it ends. The thread that
 * reports it only puts it into a bounded queue, or omits it if the queue is full; another thread writes the file. If
 * writing fails, the recording ends and the gateway continues to serve. Thread-safe.
 */
public final class TrafficRecorder implements GateListener, AutoCloseable {
    private static final Logger LOGGER = System.getLogger(TrafficRecorder.class.getName());

    private final String file;
    private final LineWriter<Entry> lines;

    private TrafficRecorder(String file, LineWriter<Entry> lines) {
        this.file = file;
        this.lines = lines;
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
            return new TrafficRecorder(file, LineWriter.open(file, true, new EntryFormat(System.nanoTime())));
        } catch (IOException | InvalidPathException e) {
            throw new StartFailure("--record: \"" + file + "\" cannot be written: " + e);
        }
    }

    @Override
    public void turnedAway(Admission admission) {
        lines.add(Entry.of(admission));
    }

    @Override
    public void released(Admission admission) {
        lines.add(Entry.of(admission));
    }

    /** Opens the file again, for example after it was moved. A new file is a recording of its own. */
    public void reopen() {
        lines.reopen();
    }

    /** Writes the queued connections and closes the file. Connections that have not ended are not recorded. */
    @Override
    public void close() {
        lines.close();
        if (lines.dropped() > 0) {
            LOGGER.log(
                    Level.WARNING,
                    "the recording " + file + " omits " + lines.dropped()
                            + " connections because the disk was too slow or full");
        }
    }
}
