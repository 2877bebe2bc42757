package dev.anteroom.chaos;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.chaos.Ledger.Violation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;

/**
 * Reads the log of this process from its standard error. Errors that the harness causes on purpose must appear there;
 * any other error, or an exception that ends a thread of the harness, is a violation.
 */
final class LogWatch extends ByteArrayOutputStream implements AutoCloseable {
    private final PrintStream before = System.err;
    private final Ledger ledger;

    LogWatch(Ledger ledger) {
        this.ledger = ledger;
        System.setErr(new PrintStream(this, true, UTF_8));
    }

    @Override
    public synchronized void flush() {
        String lines = toString(UTF_8);
        int end = lines.lastIndexOf('\n');
        if (end >= 0) {
            reset();
            lines.substring(0, end).lines().forEach(this::judge);
        }
    }

    private void judge(String line) {
        boolean error = line.contains(" ERROR ") || line.startsWith("Exception in thread");
        if (error && !line.contains(Mischief.ON_PURPOSE)) {
            ledger.violation(Violation.LOGGED_ERROR, line);
        }
    }

    @Override
    public void close() {
        System.setErr(before);
    }
}
