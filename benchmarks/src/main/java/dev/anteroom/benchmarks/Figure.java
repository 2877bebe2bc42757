package dev.anteroom.benchmarks;

import java.util.Locale;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * One figure of the report.
 *
 * @param what the operation
 * @param who the gate, or what one would pick instead
 * @param setting the circumstances: threads or waiters
 * @param median nanoseconds an operation; the spread is that of the iterations, or of single operations where those are timed
 * @param low the least, or the 10th percentile of single operations
 * @param high the most, or the 99th percentile of single operations
 * @param bytes allocated by each operation; not a number if that was not asked
 */
record Figure(String what, String who, int setting, double median, double low, double high, double bytes) {
    static Figure ofIterations(String what, String who, int setting, RunResult result) {
        Statistics times = result.getPrimaryResult().getStatistics();
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        double allocated = bytes == null ? Double.NaN : bytes.getScore();
        return new Figure(what, who, setting, times.getPercentile(50), times.getMin(), times.getMax(), allocated);
    }

    static Figure ofOperations(String what, String who, RunResult result) {
        Statistics times = result.getPrimaryResult().getStatistics();
        return new Figure(
                what, who, 2, times.getPercentile(50), times.getPercentile(10), times.getPercentile(99), Double.NaN);
    }

    /** As a line of a file. */
    String line() {
        return String.join("\t", what, who, "" + setting, "" + median, "" + low, "" + high, "" + bytes);
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

    /** With three digits, or all before the point. */
    private static String nanos(double value) {
        return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%,.0f", value);
    }
}
