package dev.anteroom.benchmarks;

import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * One figure of the report.
 *
 * @param what the operation
 * @param subject the gate, or the alternative to it
 * @param setting the number of threads or waiters
 * @param median the median time of an operation in nanoseconds, over the iterations or over single operations
 * @param low the minimum of the iterations, or the 10th percentile of single operations
 * @param high the maximum of the iterations, or the 99th percentile of single operations
 * @param bytes the bytes allocated by each operation; NaN if not measured
 */
record Figure(String what, String subject, int setting, double median, double low, double high, double bytes) {
    static Figure ofIterations(String what, String subject, int setting, RunResult result) {
        Statistics times = result.getPrimaryResult().getStatistics();
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        double allocated = bytes == null ? Double.NaN : bytes.getScore();
        return new Figure(what, subject, setting, times.getPercentile(50), times.getMin(), times.getMax(), allocated);
    }

    static Figure ofOperations(String what, String subject, RunResult result) {
        Statistics times = result.getPrimaryResult().getStatistics();
        return new Figure(
                what,
                subject,
                2,
                times.getPercentile(50),
                times.getPercentile(10),
                times.getPercentile(99),
                Double.NaN);
    }

    /** Returns the figure as a line of a file; {@link #ofLine} reads it. */
    String line() {
        return String.join("\t", what, subject, "" + setting, "" + median, "" + low, "" + high, "" + bytes);
    }

    static Figure ofLine(String line) {
        String[] part = line.split("\t", -1);
        return new Figure(
                part[0],
                part[1],
                Integer.parseInt(part[2]),
                Double.parseDouble(part[3]),
                Double.parseDouble(part[4]),
                Double.parseDouble(part[5]),
                Double.parseDouble(part[6]));
    }

    String time() {
        return nanos(median) + " (" + nanos(low) + " to " + nanos(high) + ")";
    }

    String memory() {
        return Double.isNaN(bytes) ? "" : String.format(Locale.ROOT, "%.0f", bytes);
    }

    /** Formats a time with one decimal below 100, otherwise as a whole number. */
    private static String nanos(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }
}
