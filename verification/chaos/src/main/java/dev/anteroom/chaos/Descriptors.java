package dev.anteroom.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Counts the open file descriptors of a process on Linux. */
final class Descriptors {
    private Descriptors() {}

    static long of(String process) {
        try (Stream<Path> open = Files.list(Path.of("/proc", process, "fd"))) {
            return open.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
