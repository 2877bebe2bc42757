package dev.anteroom.simulator;

import dev.anteroom.fuzz.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Recorded loads. The arrivals of an accepted recording must be in order and not negative. */
public final class RecordingFuzz {
    private static final Path FILE = file();

    private RecordingFuzz() {}

    private static Path file() {
        try {
            Path file = Files.createTempFile("anteroom-fuzz", ".csv");
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Parses one input.
     *
     * @param data the file
     */
    public static void fuzzerTestOneInput(byte[] data) {
        Verdict.on(data, text -> {
            try {
                Files.write(FILE, data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            check(Recording.read(FILE.toString()));
        });
    }

    private static void check(Recording recording) {
        long last = 0;
        for (int i = 0; i < recording.count(); i++) {
            long arrival = recording.arrivalNanos(i);
            if (arrival < last || recording.source(i) < -1 || recording.priorityClass(i) < -1) {
                throw new AssertionError("client " + i + " of " + recording.count());
            }
            last = arrival;
        }
    }
}
