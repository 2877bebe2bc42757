package dev.anteroom.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.expression.Durations;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.limits.Limits;
import dev.anteroom.scheduler.Policies;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code anteroom simulate}: compares policies and limits under the same load. It registers its own converters, so any
 * picocli program can use it as a subcommand.
 */
@Command(
        name = "simulate",
        description = "Compares policies under the same load: the real gate and policies, under a virtual clock.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        sortSynopsis = false,
        abbreviateSynopsis = true,
        usageHelpAutoWidth = true,
        footer = {
            "",
            "TIMES is one of " + Distribution.FORMS
                    + ", where a time is a whole number and a unit: 500ms, 30s, 2m, 1h.",
            "A recorded load is a text file. Its first line is arrival,service,patience,source,class, or some of these;"
                    + " each other line is a client, with times in seconds, and sources and classes as whole"
                    + " numbers from 0. Empty values are drawn.",
            "Goodput counts the clients whose wait was no longer than their patience and whose service did not fail;"
                    + " goodput/s is the number of these per second, from the warm-up to the last arrival."
        })
public class SimulateCommand implements Callable<Integer> {
    /** The most clients of a run with real sockets; each needs two sockets of the gateway. */
    private static final int MOST_REAL = 100_000;

    private static final String PICTURE = "Share of clients served before they gave up, by time of arrival";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"--limit", "--limits"},
            required = true,
            paramLabel = "LIMITS",
            converter = LimitNames.class,
            description =
                    "The limits to compare, as the gateway takes them: 50, ramp(...) or adaptive(...); for example"
                            + " '20,50,adaptive'.")
    @SuppressWarnings("NullAway.Init")
    private Names limits;

    @Option(
            names = "--upstream",
            paramLabel = "FORMS",
            defaultValue = "ideal",
            converter = UpstreamForm.class,
            description =
                    "How the upstream slows down when it is crowded, and its incidents (default ${DEFAULT-VALUE}): "
                            + UpstreamParser.FORMS + ".")
    @SuppressWarnings("NullAway.Init")
    private Upstream upstream;

    @Option(
            names = "--warm-up",
            paramLabel = "DURATION",
            defaultValue = "0s",
            converter = Time.class,
            description = "The time before goodput/s starts to count (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Duration warmUp;

    @Option(
            names = "--policies",
            paramLabel = "NAMES",
            defaultValue = "fifo,lifo,adaptive-lifo",
            converter = PolicyNames.class,
            description = "The policies to compare (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Names policies;

    @Option(
            names = "--arrivals",
            required = true,
            paramLabel = "FORM",
            converter = ArrivalForm.class,
            description = "When clients arrive: " + Arrivals.FORMS + ".")
    @SuppressWarnings("NullAway.Init")
    private Arrivals arrivals;

    @Option(
            names = "--service",
            required = true,
            paramLabel = "TIMES",
            converter = Times.class,
            description = "How long a client is served.")
    @SuppressWarnings("NullAway.Init")
    private Distribution service;

    @Option(
            names = "--patience",
            paramLabel = "TIMES|none",
            defaultValue = "none",
            converter = TimesOrNone.class,
            description = "How long a client waits before it gives up (default ${DEFAULT-VALUE}: it never gives up).")
    @SuppressWarnings("NullAway.Init")
    private Distribution patience;

    @Option(
            names = "--departures",
            paramLabel = "noticed|unnoticed",
            defaultValue = "noticed",
            converter = DeparturesName.class,
            description = "Whether a client that gives up leaves the room, or stays and may be served in vain (default"
                    + " ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Departures departures;

    @Option(
            names = "--retries",
            paramLabel = "N",
            defaultValue = "0",
            description = "How often a client that was not served tries again (default ${DEFAULT-VALUE}).")
    private int retries;

    @Option(
            names = "--retry-after",
            paramLabel = "TIMES",
            defaultValue = "exponential:1s",
            converter = Times.class,
            description = "The time before it tries again (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Distribution retryAfter;

    @Option(
            names = "--max-waiting",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Places in a waiting room (default ${DEFAULT-VALUE}).")
    private int maxWaiting;

    @Option(
            names = "--max-wait",
            paramLabel = "DURATION",
            defaultValue = "30s",
            converter = Time.class,
            description = "The longest wait (default ${DEFAULT-VALUE}; 0s means no bound).")
    @SuppressWarnings("NullAway.Init")
    private Duration maxWait;

    @Option(
            names = "--sources",
            paramLabel = "N",
            defaultValue = "1",
            description = "The number of sources of clients (default ${DEFAULT-VALUE}).")
    private int sources;

    @Option(
            names = "--skew",
            paramLabel = "X",
            defaultValue = "0",
            converter = Decimal.class,
            description = "Source k sends clients in proportion to 1/k to the power of X (default ${DEFAULT-VALUE}: all"
                    + " alike).")
    private double skew;

    @Option(
            names = "--classes",
            paramLabel = "N",
            defaultValue = "1",
            description = "The number of priority classes, from 0 (default ${DEFAULT-VALUE}).")
    private int classes;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            description = "The number of gates; clients are spread over them at random (default ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "The number of clients (default ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same seed gives the same clients (default ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print an array of one object per policy.")
    private boolean json;

    @Option(names = "--report", paramLabel = "FILE.html", description = "Write a page with charts.")
    private @Nullable String report;

    private final @Nullable Stage stage;

    @Option(names = "--picture", paramLabel = "FILE.svg", description = "Draw the goodput over time, for a document.")
    private @Nullable String picture;

    /** Creates the command {@code simulate}. */
    public SimulateCommand() {
        this.stage = null;
    }

    /**
     * Creates a command with the same options that performs the load on a stage instead of simulating it.
     *
     * @param stage performs the load
     */
    protected SimulateCommand(Stage stage) {
        this.stage = stage;
    }

    @Override
    public final Integer call() throws Exception {
        requireBetween("--max-waiting", 0, maxWaiting, AdmissionGate.MAX_COUNT);
        requireBetween("--retries", 0, retries, 1000);
        requireBetween("--sources", 1, sources, 1_000_000);
        requireBetween("--classes", 1, classes, 1_000_000);
        requireBetween("--nodes", 1, nodes, 10_000);
        requireBetween("--count", 1, count, Integer.MAX_VALUE);
        Load load = new Load(arrivals, service, patience, sources, skew, classes, count, seed, warmUp.toNanos());
        Setup setup = new Setup(
                load, nodes, limits.list().get(0), maxWaiting, maxWait, departures, retries, retryAfter, upstream);
        List<Outcome> outcomes =
                stage == null ? Comparison.run(setup, limits.list(), policies.list()) : perform(stage, setup);
        print(outcomes);
        if (report != null) {
            write("--report", report, Report.html(commandLine(), outcomes));
        }
        if (picture != null) {
            write("--picture", picture, Report.goodput(outcomes).standAlone(PICTURE));
        }
        return ExitCode.OK;
    }

    private List<Outcome> perform(Stage real, Setup setup) throws Exception {
        requireBetween("--sources", 1, sources, 1);
        requireBetween("--classes", 1, classes, 1);
        requireBetween("--nodes", 1, nodes, 1);
        requireBetween("--retries", 0, retries, 0);
        requireBetween("--count", 1, count, MOST_REAL);
        if (!upstream.isIdeal()) {
            throw badUsage("--upstream must be ideal, because the upstream is a real one");
        }
        return new StagedRun(setup, real).run(limits.list(), policies.list());
    }

    private void requireBetween(String option, int least, int value, int most) {
        if (value < least || value > most) {
            throw badUsage(option + " must be a whole number from " + least + " to " + most + ", was " + value);
        }
    }

    private void print(List<Outcome> outcomes) throws JsonProcessingException {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(outcomes));
        } else {
            OutcomeTable.print(outcomes, out);
        }
        out.flush();
    }

    private void write(String option, String file, String page) {
        try {
            Files.writeString(Path.of(file), page);
        } catch (IOException | InvalidPathException e) {
            throw badUsage(option + ": \"" + file + "\" cannot be written: " + e);
        }
    }

    /** Returns the command line, quoted for a shell. */
    private String commandLine() {
        return spec.commandLine().getParseResult().originalArgs().stream()
                .dropWhile(spec.name()::equals)
                .map(argument -> argument.matches("[\\w.,:/=-]+") ? argument : "'" + argument + "'")
                .collect(Collectors.joining(" ", "anteroom " + spec.name() + " ", ""));
    }

    private ParameterException badUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** A list that is one argument. Picocli would fill a plain {@code List} argument by argument. */
    record Names(List<String> list) {
        /** Splits a list and validates its entries. */
        static Names parse(String text, Consumer<String> validator) {
            List<String> names = CommaList.split(text);
            names.forEach(validator);
            return new Names(names);
        }
    }

    static final class PolicyNames implements ITypeConverter<Names> {
        @Override
        public Names convert(String text) {
            return Names.parse(text, Policies::parse);
        }
    }

    static final class LimitNames implements ITypeConverter<Names> {
        @Override
        public Names convert(String text) {
            return Names.parse(text, Limits::parse);
        }
    }

    static final class UpstreamForm implements ITypeConverter<Upstream> {
        @Override
        public Upstream convert(String text) {
            return UpstreamParser.parse(text);
        }
    }

    static final class ArrivalForm implements ITypeConverter<Arrivals> {
        @Override
        public Arrivals convert(String text) {
            return Arrivals.parse(text);
        }
    }

    static final class Times implements ITypeConverter<Distribution> {
        @Override
        public Distribution convert(String text) {
            return Distribution.parse(text);
        }
    }

    static final class TimesOrNone implements ITypeConverter<Distribution> {
        @Override
        public Distribution convert(String text) {
            return text.equals("none") ? Distribution.NONE : Distribution.parse(text);
        }
    }

    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Durations.parse(text);
        }
    }

    static final class Decimal implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            return Numbers.parse(text);
        }
    }

    static final class DeparturesName implements ITypeConverter<Departures> {
        @Override
        public Departures convert(String text) {
            return Departures.parse(text);
        }
    }
}
