package dev.anteroom.gateway.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A named pipe: a file whose writer blocks while nothing reads, and fails once it is closed. */
public final class Pipe implements AutoCloseable {
    private final Path path;

    /** Open for both, because a pipe that is opened only to be written waits for a reader. */
    private final RandomAccessFile reader;

    private Pipe(Path path, RandomAccessFile reader) {
        this.path = path;
        this.reader = reader;
    }

    public static Pipe open(Path folder) throws IOException, InterruptedException {
        Path path = folder.resolve("pipe");
        new ProcessBuilder("mkfifo", path.toString()).start().waitFor();
        return new Pipe(path, new RandomAccessFile(path.toFile(), "rw"));
    }

    public Path path() {
        return path;
    }

    /** Reads a line; blocks until there is one. */
    String readLine() throws IOException {
        return reader.readLine();
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }

    /** Returns the lines of a regular file. */
    public static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
