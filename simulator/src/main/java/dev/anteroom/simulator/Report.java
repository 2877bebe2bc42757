package dev.anteroom.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;

/** The outcomes as a page with charts, which is complete in itself. */
final class Report {
    /** How many the style has for lines. */
    static final int COLOURS = 8;

    private static final int[] PERCENTILES = {0, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 97, 99};
    private static final List<String> PERCENT = List.of("0%", "25%", "50%", "75%", "100%");

    private final List<Outcome> outcomes;
    private final StringBuilder page = new StringBuilder();

    private Report(List<Outcome> outcomes) {
        this.outcomes = outcomes;
    }

    /**
     * Makes the page.
     *
     * @param command that it is the result of
     */
    static String html(String command, List<Outcome> outcomes) {
        return new Report(outcomes).html(command);
    }

    private String html(String command) {
        add("<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>");
        add(
                "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Anteroom: a comparison</title>");
        add("<style>%s</style></head><body><main>", style());
        add("<h1>What each makes of it</h1><pre>%s</pre>", escape(command));
        legend();
        section(
                "What became of the clients",
                "Of all arrivals. Goodput is the clients served while still there, whose service did not fail.");
        ends();
        section(
                "Goodput, as time went by",
                "The share of clients served while still there, by the time of their" + " arrival.");
        page.append(goodput(outcomes));
        section(
                "How long the served had waited",
                "Each point of a line: so many percent of the served waited no longer than that.");
        page.append(waits());
        section(
                "Figures",
                "Times are of the served; fairness is Jain's index of the goodput by source, over each source's"
                        + " max-min fair share.");
        table();
        add("</main></body></html>\n");
        return page.toString();
    }

    private void section(String title, String explanation) {
        add("<h2>%s</h2><p>%s</p>\n", title, explanation);
    }

    private void legend() {
        add("<ul class='legend'>");
        for (int i = 0; i < outcomes.size(); i++) {
            add(
                    "<li><i class='s%d'></i>%s</li>",
                    i % COLOURS, escape(outcomes.get(i).label(outcomes)));
        }
        add("</ul>\n");
    }

    /** A bar for each policy, as wide as all arrivals. */
    private void ends() {
        add("<ul class='legend'>");
        for (End end : End.values()) {
            add("<li><i class='%s'></i>%s</li>", end.style(), end.label);
        }
        add("</ul><div class='bars'>");
        for (Outcome outcome : outcomes) {
            add("<b>%s</b><div class='bar'>", escape(outcome.label(outcomes)));
            for (End end : End.values()) {
                double percent = 100.0 * end.of(outcome) / outcome.arrived();
                add(
                        "<i class='%s' style='width:%.3f%%' title='%s: %.1f%%'>%s</i>",
                        end.style(),
                        percent,
                        end.label,
                        percent,
                        percent < 6 ? "" : String.format(Locale.ROOT, "%.0f%%", percent));
            }
            add("</div>");
        }
        add("</div>\n");
    }

    static String goodput(List<Outcome> outcomes) {
        double end = outcomes.stream()
                .flatMap(outcome -> outcome.windows().stream())
                .mapToDouble(window -> window.firstNanos / 1e9)
                .max()
                .orElse(1);
        double most = end == 0 ? 1 : end;
        Chart chart = new Chart("Goodput over time", "time", quarters(most), PERCENT, most, 1);
        for (int i = 0; i < outcomes.size(); i++) {
            List<Chart.Point> points = new ArrayList<>();
            for (Tally.Window window : outcomes.get(i).windows()) {
                points.add(
                        new Chart.Point(window.firstNanos / 1e9, (double) window.good / Math.max(1, window.clients)));
            }
            chart.line(i, outcomes.get(i).label(outcomes), points);
        }
        return chart.svg();
    }

    /** On a logarithmic scale: what policies differ by is not a part but a multiple. */
    private String waits() {
        double longest = outcomes.stream().mapToDouble(Outcome::waitP99).max().orElse(1);
        int decades = Math.max(1, (int) Math.ceil(decades(longest)));
        List<String> labels = IntStream.rangeClosed(0, decades)
                .mapToObj(i -> i < 3 ? Math.round(Math.pow(10, i)) + "ms" : Math.round(Math.pow(10, i - 3)) + "s")
                .toList();
        Chart chart = new Chart("Percentiles of the wait", "percent of the served", PERCENT, labels, 100, decades);
        for (int i = 0; i < outcomes.size(); i++) {
            Outcome outcome = outcomes.get(i);
            chart.line(
                    i,
                    outcome.label(outcomes),
                    IntStream.of(PERCENTILES)
                            .mapToObj(p ->
                                    new Chart.Point(p, decades(outcome.waits().quantile(p / 100.0) / 1e9)))
                            .toList());
        }
        return chart.svg();
    }

    /** Above a millisecond, under which it does not matter. */
    private static double decades(double seconds) {
        return Math.max(0, Math.log10(1000 * seconds));
    }

    private static List<String> quarters(double most) {
        return IntStream.rangeClosed(0, 4)
                .mapToObj(i -> most < 100
                        ? OutcomeTable.seconds(most * i / 4)
                        : String.format(Locale.ROOT, "%.1fmin", most * i / 4 / 60))
                .toList();
    }

    private void table() {
        add(
                "<div class='wide'><table><thead><tr><th>policy<th>served<th>goodput<th>goodput/s<th>p50<th>p90<th>p99<th>mean"
                        + "<th>abandoned<th>expired<th>refused<th>shed<th>fairness</tr></thead><tbody>");
        for (Outcome o : outcomes) {
            add(
                    "<tr><td>%s<td>%,d<td>%,d<td>%.2f<td>%s<td>%s<td>%s<td>%s<td>%,d<td>%,d<td>%,d<td>%,d<td>%.3f</tr>",
                    escape(o.label(outcomes)),
                    o.served(),
                    o.goodput(),
                    o.goodputPerSecond(),
                    OutcomeTable.seconds(o.waitP50()),
                    OutcomeTable.seconds(o.waitP90()),
                    OutcomeTable.seconds(o.waitP99()),
                    OutcomeTable.seconds(o.waitMean()),
                    o.abandoned(),
                    o.expired(),
                    o.refused(),
                    o.shed(),
                    o.fairness());
        }
        add("</tbody></table></div>");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&#39;");
    }

    private void add(String format, Object... values) {
        page.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
    }

    /** What can become of an arrival, the best first. */
    private enum End {
        GOODPUT("goodput"),
        IN_VAIN("served in vain"),
        FAILED("failed"),
        ABANDONED("abandoned"),
        EXPIRED("expired"),
        SHED("shed"),
        REFUSED("refused");

        private final String label;

        End(String label) {
            this.label = label;
        }

        String style() {
            return name().toLowerCase(Locale.ROOT);
        }

        long of(Outcome outcome) {
            return switch (this) {
                case GOODPUT -> outcome.goodput();
                case IN_VAIN -> outcome.inVain();
                case FAILED -> outcome.failed();
                case ABANDONED -> outcome.abandoned();
                case EXPIRED -> outcome.expired();
                case SHED -> outcome.shed();
                case REFUSED -> outcome.refused();
            };
        }
    }

    private static String style() {
        try (InputStream css = Report.class.getResourceAsStream("report.css")) {
            return new String(Objects.requireNonNull(css, "report.css").readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
