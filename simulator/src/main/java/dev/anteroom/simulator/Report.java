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

/** Writes outcomes as a page with charts, which needs no other file. */
final class Report {
    private static final int[] PERCENTILES = {0, 10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 97, 99};
    private static final List<String> PERCENT = List.of("0%", "25%", "50%", "75%", "100%");

    private final List<Outcome> outcomes;
    private final StringBuilder page = new StringBuilder();

    private Report(List<Outcome> outcomes) {
        this.outcomes = outcomes;
    }

    /**
     * Returns the page.
     *
     * @param command the command line that had these outcomes
     */
    static String html(String command, List<Outcome> outcomes) {
        return new Report(outcomes).html(command);
    }

    private String html(String command) {
        add("<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>");
        add(
                "<meta name='viewport' content='width=device-width, initial-scale=1'><title>Anteroom: a comparison</title>");
        add("<style>%s</style></head><body><main>", style());
        String subject = Outcome.subject(outcomes, "Policies", "Limits");
        add("<h1>%s compared</h1><pre>%s</pre>", subject, Chart.escape(command));
        legend();
        section(
                "What became of the clients",
                "Shares of all arrivals. Goodput counts the clients that were served before they gave up, and whose"
                        + " service did not fail.");
        ends();
        section("Goodput over time", "The share of clients served before they gave up, by the time of their arrival.");
        page.append(goodput(outcomes).svg());
        section(
                "How long the served had waited",
                "Each line shows the wait that a given share of the served did not exceed.");
        page.append(waits());
        section(
                "Figures",
                "Times are the waits of the served. Fairness is Jain's index of the goodput of each source, divided by"
                        + " its max-min fair share.");
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
                    "<li><i style='color:%s'></i>%s</li>",
                    Chart.colour(i), Chart.escape(outcomes.get(i).label(outcomes)));
        }
        add("</ul>\n");
    }

    /** Draws a bar for each outcome, as wide as all arrivals. */
    private void ends() {
        add("<ul class='legend'>");
        for (End end : End.values()) {
            add("<li><i class='%s'></i>%s</li>", end.style(), end.label);
        }
        add("</ul><div class='bars'>");
        for (Outcome outcome : outcomes) {
            add("<b>%s</b><div class='bar'>", Chart.escape(outcome.label(outcomes)));
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

    /** Draws the share of clients served before they gave up, by the time of their arrival. */
    static Chart goodput(List<Outcome> outcomes) {
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
            chart.line(outcomes.get(i).label(outcomes), points);
        }
        return chart;
    }

    /** Draws the percentiles of the wait on a logarithmic scale, because policies differ by factors. */
    private String waits() {
        double longest = outcomes.stream().mapToDouble(Outcome::waitP99).max().orElse(1);
        int decades = Math.max(1, (int) Math.ceil(decades(longest)));
        List<String> labels = IntStream.rangeClosed(0, decades)
                .mapToObj(i -> i < 3 ? Math.round(Math.pow(10, i)) + "ms" : Math.round(Math.pow(10, i - 3)) + "s")
                .toList();
        Chart chart = new Chart("Percentiles of the wait", "percent of the served", PERCENT, labels, 100, decades);
        for (Outcome outcome : outcomes) {
            chart.line(
                    outcome.label(outcomes),
                    IntStream.of(PERCENTILES)
                            .mapToObj(p ->
                                    new Chart.Point(p, decades(outcome.waits().quantile(p / 100.0) / 1e9)))
                            .toList());
        }
        return chart.svg();
    }

    /** Returns the decades above a millisecond; shorter waits do not matter. */
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
                "<div class='wide'><table><thead><tr><th>%s<th>served<th>goodput<th>goodput/s<th>p50<th>p90<th>p99<th>mean"
                        + "<th>abandoned<th>expired<th>refused<th>shed<th>fairness</tr></thead><tbody>",
                Outcome.subject(outcomes, "policy", "limit"));
        for (Outcome o : outcomes) {
            add(
                    "<tr><td>%s<td>%,d<td>%,d<td>%.2f<td>%s<td>%s<td>%s<td>%s<td>%,d<td>%,d<td>%,d<td>%,d<td>%.3f</tr>",
                    Chart.escape(o.label(outcomes)),
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

    private void add(String format, Object... values) {
        page.append(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
    }

    /** The ends of an arrival, best first. */
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
