package dev.anteroom.concurrency;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.tools.ToolProvider;

/** A classic fault, planted in a copy of the gate's source. */
enum SeededFault {
    /** A release does not look again after a connection began to wait, so the last release misses the first waiter. */
    LOST_WAKE_UP(
            "AdmissionGate",
            "if (word.compareAndSet(w, w + ONE_FREE)) {",
            "if (word.addAndGet(ONE_FREE) != 0) {",
            "ReleaseAgainstFirstWaiter"),

    /** A waiter that leaves while it is admitted does not look again, and keeps its slot. */
    LEAKED_SLOT(
            "Admission",
            "} else if (gate.abandon(this)) {\n                return true;",
            "} else {\n                return gate.abandon(this);",
            "DepartureAgainstHandoff"),

    /** A release is not decided by one atomic instruction, so it may happen twice. */
    DOUBLE_RELEASE(
            "Admission",
            "if (STATE.compareAndSet(this, ADMITTED, RELEASED)) {",
            "if ((state = RELEASED) == RELEASED) {",
            "LeaveTwice");

    private static final Path SOURCES = Path.of("../../api/src/main/java/dev/anteroom/gate");

    private final String className;
    private final String right;
    private final String wrong;

    /** The race that finds the fault. */
    final String race;

    SeededFault(String className, String right, String wrong, String race) {
        this.className = className;
        this.right = right;
        this.wrong = wrong;
        this.race = race;
    }

    /** Compiles the faulty class into a directory, which then precedes the real class on the class path. */
    void plantIn(Path directory) throws IOException {
        String source = Files.readString(SOURCES.resolve(className + ".java"));
        int at = source.indexOf(right);
        if (at < 0 || source.indexOf(right, at + 1) >= 0) {
            throw new IllegalStateException(
                    className + " must contain once what this fault changes, so that it can be planted: " + right);
        }
        Path faulty = directory.resolve(className + ".java");
        Files.writeString(faulty, source.replace(right, wrong));
        String classPath = System.getProperty("java.class.path");
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", classPath, "-d", directory.toString(), faulty.toString());
        if (failed != 0) {
            throw new IllegalStateException(faulty + " does not compile");
        }
    }
}
