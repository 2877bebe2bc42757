package dev.anteroom.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lines that a program prints on its standard output. A read from a pipe cannot be interrupted, so a test that
 * waits for a line that never comes would hang. Here a thread of its own reads, and each wait fails after a few
 * times {@link Await#DEADLINE}.
 */
public final class ProgramOutput {
    /** The number of deadlines that a line may take, because a busy machine takes long to start a program. */
    private static final int DEADLINES = 5;

    private final BlockingQueue<Optional<String>> lines = new LinkedBlockingQueue<>();
    private final List<String> read = new ArrayList<>();

    private ProgramOutput(BufferedReader reader) {
        Thread thread = new Thread(() -> copy(reader), "output of a program");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Reads the output of a process from now on.
     *
     * @param process the process; it ends at the latest when the test ends it
     * @return its output
     */
    public static ProgramOutput of(Process process) {
        return new ProgramOutput(process.inputReader(UTF_8));
    }

    private void copy(BufferedReader reader) {
        try {
            reader.lines().forEach(line -> lines.add(Optional.of(line)));
        } catch (UncheckedIOException e) {
            // The process was destroyed, which ends its output.
        } finally {
            lines.add(Optional.empty());
        }
    }

    /**
     * Waits for the next line.
     *
     * @return the line
     * @throws AssertionError if the program ends its output first, or prints no line in time
     */
    public String line() {
        String line = next();
        if (line == null) {
            throw new AssertionError("the program ended its output after " + read);
        }
        return line;
    }

    /**
     * Waits until the program ends its output.
     *
     * @return the lines that were not read before
     * @throws AssertionError if the program prints nothing for too long and does not end its output
     */
    public List<String> linesToEnd() {
        List<String> rest = new ArrayList<>();
        for (String line = next(); line != null; line = next()) {
            rest.add(line);
        }
        return rest;
    }

    private @Nullable String next() {
        try {
            Optional<String> next = lines.poll(DEADLINES * Await.bound().toMillis(), TimeUnit.MILLISECONDS);
            if (next == null) {
                throw new AssertionError("the program printed no more than " + read + " in time");
            }
            next.ifPresent(read::add);
            next.ifPresentOrElse(line -> {}, () -> lines.add(next));
            return next.orElse(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
