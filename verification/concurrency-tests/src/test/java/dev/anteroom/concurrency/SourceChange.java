package dev.anteroom.concurrency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A change of one place in the gate's real source.
 *
 * @param className the class of the gate that is changed
 * @param before the text to change, which the source contains once
 * @param after the text in its place
 */
record SourceChange(String className, String before, String after) {
    /** Makes all work on more than one waiter take several portions, which few waiters are enough to test. */
    static final SourceChange SMALL_PORTIONS =
            new SourceChange("AdmissionGate", "int PORTION = 64;", "int PORTION = 1;");

    private static final Path SOURCES = Path.of("../../api/src/main/java/dev/anteroom/gate");

    /** Compiles changed classes into a directory, which then precedes the real ones on the class path. */
    static void compile(Path directory, List<SourceChange> changes) throws IOException {
        for (SourceChange change : changes) {
            change.applyIn(directory);
        }
        Stream<String> options =
                Stream.of("-proc:none", "-cp", System.getProperty("java.class.path"), "-d", directory.toString());
        Stream<String> files = changes.stream()
                .map(change -> change.file(directory).toString())
                .distinct();
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, Stream.concat(options, files).toArray(String[]::new));
        if (failed != 0) {
            throw new IllegalStateException("does not compile with " + changes);
        }
    }

    private Path file(Path directory) {
        return directory.resolve(className + ".java");
    }

    private void applyIn(Path directory) throws IOException {
        Path changed = file(directory);
        String source = Files.readString(Files.exists(changed) ? changed : SOURCES.resolve(className + ".java"));
        int at = source.indexOf(before);
        if (at < 0 || source.indexOf(before, at + 1) >= 0) {
            throw new IllegalStateException(className + " must contain once what is to be changed: " + before);
        }
        Files.writeString(changed, source.replace(before, after));
    }
}
