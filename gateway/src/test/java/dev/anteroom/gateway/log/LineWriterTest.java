package dev.anteroom.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LineWriterTest {
    @TempDir
    private Path folder;

    /** Lines of text, with a header. */
    private record Text(boolean endsWithFailure) implements LineFormat<String> {
        @Override
        public String name() {
            return "the log of a test";
        }

        @Override
        public String header() {
            return "header";
        }

        @Override
        public String line(String entry) {
            return entry;
        }

        @Override
        public int bytes(String entry) {
            return entry.length();
        }

        @Override
        public String dropped(long count) {
            return "dropped " + count;
        }
    }

    private static LineWriter<String> open(Path file) throws IOException {
        return LineWriter.open(file.toString(), false, new Text(false));
    }

    @Test
    void lines_are_written_in_order_and_appended() throws IOException {
        Path file = folder.resolve("log");
        for (int round = 0; round < 2; round++) {
            try (LineWriter<String> writer = open(file)) {
                IntStream.range(0, 1000).forEach(i -> writer.add("line " + i));
            }
        }
        List<String> lines = Pipe.lines(file);
        assertEquals(2001, lines.size());
        assertEquals("header", lines.get(0));
        assertEquals("line 999", lines.get(1000));
        assertEquals("line 0", lines.get(1001));
    }

    /** Few long lines reach the bound as soon as many short ones. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void what_is_queued_is_bounded_in_bytes() throws Exception {
        int length = 100_000;
        long most = LineWriter.MAX_BYTES / length;
        try (Pipe pipe = Pipe.open(folder)) {
            LineWriter<String> writer = open(pipe.path());
            for (int i = 0; i < 3 * most; i++) {
                writer.add("x".repeat(length));
            }
            assertTrue(writer.dropped() >= 2 * most - 10, () -> "dropped " + writer.dropped() + " of " + 3 * most);
            long written = 3 * most - writer.dropped();
            assertEquals("header", pipe.readLine());
            long told = 0;
            for (long left = written; left > 0 || told < writer.dropped(); ) {
                String line = pipe.readLine();
                if (line.length() == length) {
                    left--;
                } else {
                    told += Long.parseLong(line.replace("dropped ", ""));
                }
            }
            assertEquals(writer.dropped(), told);
            writer.close();
        }
    }

    @Test
    void a_file_that_was_moved_is_reopened_when_asked() throws IOException {
        Path file = folder.resolve("log");
        try (LineWriter<String> writer = open(file)) {
            writer.add("one");
            Await.until("the line is written", () -> Pipe.lines(file).contains("one"));
            for (int i = 0; i < 20; i++) {
                Files.move(file, folder.resolve("log." + i));
                writer.reopen();
                Await.until("there is a new file", () -> Files.exists(file));
            }
            writer.add("two");
        }
        assertEquals(List.of("header", "one"), Pipe.lines(folder.resolve("log.0")));
        assertEquals(List.of("header", "two"), Pipe.lines(file));
    }

    @Test
    void lines_that_could_not_be_written_are_counted_when_writing_succeeds_again() throws IOException {
        Path directory = Files.createDirectory(folder.resolve("logs"));
        Path file = directory.resolve("log");
        try (LineWriter<String> writer = open(file)) {
            Files.delete(file);
            Files.delete(directory);
            writer.reopen();
            writer.add("lost");
            Await.until("the line is lost", () -> writer.dropped() == 1);
            Files.createDirectory(directory);
            writer.add("kept");
        }
        assertEquals(List.of("header", "kept", "dropped 1"), Pipe.lines(file));
    }
}
