package dev.anteroom.simulator;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** Prints outcomes as a table. */
final class OutcomeTable {
    private OutcomeTable() {}

    static void print(List<Outcome> outcomes, PrintWriter out) {
        int width = outcomes.stream()
                .mapToInt(o -> o.label(outcomes).length())
                .max()
                .orElse(0);
        String label = "%-" + Math.max(width, "policy".length()) + "s";
        out.printf(
                label + " %10s %10s %8s %10s %9s %9s %10s %10s %10s %10s %9s%n",
                Outcome.subject(outcomes, "policy", "limit"),
                "served",
                "goodput",
                "of all",
                "goodput/s",
                "p50",
                "p99",
                "abandoned",
                "expired",
                "refused",
                "shed",
                "fairness");
        for (Outcome o : outcomes) {
            out.printf(
                    Locale.ROOT,
                    label + " %10d %10d %7.1f%% %10.2f %9s %9s %10d %10d %10d %10d %9.3f%n",
                    o.label(outcomes),
                    o.served(),
                    o.goodput(),
                    100 * o.goodputShare(),
                    o.goodputPerSecond(),
                    seconds(o.waitP50()),
                    seconds(o.waitP99()),
                    o.abandoned(),
                    o.expired(),
                    o.refused(),
                    o.shed(),
                    o.fairness());
        }
    }

    /** Formats a time in a suitable unit. */
    static String seconds(double seconds) {
        if (seconds == 0) {
            return "0";
        } else if (seconds < 1) {
            return String.format(Locale.ROOT, "%.1fms", 1000 * seconds);
        }
        return String.format(Locale.ROOT, seconds < 100 ? "%.2fs" : "%.0fs", seconds);
    }
}
