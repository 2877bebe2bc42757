package dev.anteroom.benchmarks;

import dev.anteroom.simulator.Chart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks of the gate, and writes the section "The gate" of RESULTS.md and its charts. The results of each
 * part are kept in a file, so each part can be run again alone.
 */
final class GateReport {
    private static final String BEGIN = "<!-- the gate: begin; written by benchmarks/gate -->";
    private static final String END = "<!-- the gate: end -->";
    private static final List<String> PARTS = List.of("door", "crowd", "threads");
    private static final Map<String, String> NAMES = Map.of(
            "gate", "Anteroom's gate",
            "semaphore", "Semaphore",
            "semaphoreAndObject", "Semaphore, and an object as big as an admission",
            "netflixSimpleLimiter", "Netflix SimpleLimiter",
            "netflixLifoBlockingLimiter", "Netflix LifoBlockingLimiter",
            "resilience4jSemaphoreBulkhead", "Resilience4j SemaphoreBulkhead",
            "guavaRateLimiter", "Guava RateLimiter");

    private final boolean brief;
    private final Path directory;
    private final List<Figure> figures = new ArrayList<>();

    private GateReport(boolean brief, Path directory) {
        this.brief = brief;
        this.directory = directory;
    }

    /**
     * Runs the report. The arguments are the directory to write into, {@code --short} for short runs, and the parts to
     * run. Without parts, all run; with {@code table}, none run and only the section and the charts are written.
     */
    public static void main(String[] arguments) throws RunnerException, IOException {
        List<String> words = List.of(arguments);
        GateReport report = new GateReport(words.contains("--short"), Path.of(words.get(0)));
        boolean all = !words.contains("table") && PARTS.stream().noneMatch(words::contains);
        for (String part : PARTS) {
            Path file = report.directory.resolve("results").resolve("gate-" + part + ".tsv");
            if (all || words.contains(part)) {
                List<Figure> measured = report.measure(part);
                Files.createDirectories(file.getParent());
                Files.write(file, measured.stream().map(Figure::line).toList());
            }
            if (Files.exists(file)) {
                Files.readAllLines(file).stream().map(Figure::ofLine).forEach(report.figures::add);
            }
        }
        report.write();
    }

    private List<Figure> measure(String part) throws RunnerException {
        List<Figure> measured = new ArrayList<>();
        switch (part) {
            case "door" -> measureDoor(measured);
            case "crowd" -> measureCrowd(measured);
            default -> {
                for (RunResult result : run(options(CrossThreadBenchmark.class))) {
                    measured.add(Figure.ofOperations("handoff across threads", parameter(result, "waiter"), result));
                }
            }
        }
        return measured;
    }

    private void measureDoor(List<Figure> measured) throws RunnerException {
        for (int threads : new int[] {1, 2, 8}) {
            for (RunResult result : run(options(EnterReleaseBenchmark.class).threads(threads))) {
                String what = "enter and release, limit " + parameter(result, "limit");
                measured.add(Figure.ofIterations(
                        what, NAMES.getOrDefault(operation(result), operation(result)), threads, result));
            }
        }
    }

    private void measureCrowd(List<Figure> measured) throws RunnerException {
        ChainedOptionsBuilder crowds = options(WaitingRoomBenchmark.class, QueueBenchmark.class);
        for (RunResult result : run(brief ? crowds.param("waiters", "1000", "1000000") : crowds)) {
            measured.add(crowdFigure(operation(result), result));
        }
        ChainedOptionsBuilder manySlots = options(WaitingRoomBenchmark.class)
                .param("limit", "1000")
                .param("waiters", "1000", "1000000")
                .param("policy", "fifo");
        for (RunResult result : run(manySlots)) {
            measured.add(crowdFigure(operation(result) + ", limit 1000", result));
        }
    }

    private static Figure crowdFigure(String what, RunResult result) {
        int waiters = Integer.parseInt(parameter(result, "waiters"));
        return Figure.ofIterations(what, parameter(result, "policy"), waiters, result);
    }

    private ChainedOptionsBuilder options(Class<?>... benchmarks) {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .forks(brief ? 1 : 2)
                .warmupIterations(brief ? 3 : 5)
                .warmupTime(TimeValue.milliseconds(brief ? 200 : 500))
                .measurementIterations(brief ? 5 : 10)
                .measurementTime(TimeValue.milliseconds(brief ? 100 : 500))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true);
        for (Class<?> benchmark : benchmarks) {
            options.include(benchmark.getName());
        }
        return options;
    }

    private static Collection<RunResult> run(ChainedOptionsBuilder options) throws RunnerException {
        return new Runner(options.build()).run();
    }

    private static String operation(RunResult result) {
        String benchmark = result.getParams().getBenchmark();
        return benchmark.substring(benchmark.lastIndexOf('.') + 1);
    }

    private static String parameter(RunResult result, String name) {
        return result.getParams().getParam(name);
    }

    private void write() throws IOException {
        Path results = directory.resolve("RESULTS.md");
        String page = Files.readString(results);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        Files.writeString(
                results, page.substring(0, begin) + "\n\n" + table() + "\n" + page.substring(page.indexOf(END)));
        chart("enter and release, limit 1000", "threads", "gate-door.svg");
        chart("handoff", "waiting", "gate-handoff.svg");
        chart("cancel", "waiting", "gate-cancel.svg");
    }

    private String table() {
        return figures.stream()
                .map(figure -> "| " + figure.what() + " | " + figure.subject() + " | " + figure.setting() + " | "
                        + figure.time() + " | " + figure.memory() + " |\n")
                .collect(Collectors.joining(
                        "",
                        "| operation | subject | threads, or waiting | ns | bytes allocated |\n|---|---|---|---|---|\n",
                        ""));
    }

    private void chart(String what, String setting, String file) throws IOException {
        List<Figure> of =
                figures.stream().filter(figure -> figure.what().equals(what)).toList();
        if (!of.isEmpty()) {
            String heading = what + ": nanoseconds at the median";
            Files.writeString(
                    directory.resolve("results").resolve(file),
                    chart(setting, of).standAlone(heading));
        }
    }

    /** Draws a line for each subject. The y axis is logarithmic; the settings are equally spaced. */
    private static Chart chart(String setting, List<Figure> figures) {
        List<Integer> settings =
                figures.stream().map(Figure::setting).distinct().sorted().toList();
        DoubleSummaryStatistics decades = figures.stream()
                .mapToDouble(figure -> Math.log10(figure.median()))
                .summaryStatistics();
        int lowest = (int) Math.floor(decades.getMin());
        int highest = Math.max(lowest + 1, (int) Math.ceil(decades.getMax()));
        Chart chart = new Chart(
                "Median times",
                setting,
                settings.stream()
                        .map(value -> String.format(Locale.ROOT, "%,d", value))
                        .toList(),
                IntStream.rangeClosed(lowest, highest)
                        .mapToObj(decade -> String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade)))
                        .toList(),
                Math.max(1, settings.size() - 1),
                highest - lowest);
        figures.stream()
                .map(Figure::subject)
                .distinct()
                .forEach(subject -> chart.line(
                        subject,
                        figures.stream()
                                .filter(figure -> figure.subject().equals(subject))
                                .map(figure -> new Chart.Point(
                                        settings.indexOf(figure.setting()), Math.log10(figure.median()) - lowest))
                                .toList()));
        return chart;
    }
}
