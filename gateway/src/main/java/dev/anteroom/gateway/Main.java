package dev.anteroom.gateway;

import dev.anteroom.expression.Durations;
import dev.anteroom.gateway.config.RedisAddress;
import dev.anteroom.gateway.demo.DemoCommand;
import dev.anteroom.gateway.proxy.StartFailure;
import dev.anteroom.gateway.rehearsal.RehearseCommand;
import dev.anteroom.simulator.SimulateCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.security.Security;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code anteroom}, with a command for each of its tasks. */
@Command(
        name = "anteroom",
        description =
                "Bounds how many connections a server serves at once; the others wait, in an order of your choosing.",
        subcommands = {
            GatewayCommand.class,
            CheckCommand.class,
            DemoCommand.class,
            SimulateCommand.class,
            RehearseCommand.class
        },
        versionProvider = Main.Version.class,
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
public final class Main {
    private final Consumer<Runnable> onTermination;
    private final Consumer<Runnable> onHangUp;
    private final Consumer<Runnable> onUser1;

    /**
     * Creates the program.
     *
     * @param onTermination registers a task to run when the program is asked to end
     */
    Main(Consumer<Runnable> onTermination) {
        this(onTermination, onHangUp -> {}, onUser1 -> {});
    }

    /**
     * Creates the program.
     *
     * @param onTermination registers a task to run when the program is asked to end
     * @param onHangUp registers a task to run when the program is asked to reload its files
     * @param onUser1 registers a task to run when the program is asked to reopen its logs
     */
    Main(Consumer<Runnable> onTermination, Consumer<Runnable> onHangUp, Consumer<Runnable> onUser1) {
        this.onTermination = onTermination;
        this.onHangUp = onHangUp;
        this.onUser1 = onUser1;
    }

    /**
     * Runs the program and exits with 0 for success, 1 for a failure, 2 for bad usage.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        // Netty names its channels after a network card. Without this property it would search for one at every start,
        // and warn if there is none.
        System.getProperties().putIfAbsent("io.netty.machineId", "00:00:00:00:00:01");
        // The names of upstreams are looked up at intervals; a cache would only hide what has changed.
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        Signals.ignoreMeaningless();
        Main program = new Main(Signals::onFirst, Signals::onHangUp, Signals::onUser1);
        System.exit(program.run(writer(System.out), writer(System.err), args));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }

    /** Runs the program and returns its exit status. */
    int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine program = new CommandLine(this);
        program.getSubcommands().values().forEach(each -> each.getCommandSpec().versionProvider(new Version()));
        return program.setOut(out)
                .setErr(err)
                .setExpandAtFiles(false)
                .registerConverter(Duration.class, Durations::parse)
                .setParameterExceptionHandler((e, ignored) -> badUsage(e))
                .setExecutionExceptionHandler((e, command, ignored) -> failure(e, command))
                .execute(args);
    }

    /** Registers a task that ends the running command. */
    void onTermination(Runnable end) {
        onTermination.accept(end);
    }

    /** Registers a task that reloads the files of the running command. */
    void onHangUp(Runnable reload) {
        onHangUp.accept(reload);
    }

    /** Registers a task that reopens the logs of the running command. */
    void onUser1(Runnable reopen) {
        onUser1.accept(reopen);
    }

    private static int badUsage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        printError(command, describe(e) + "; see " + command.getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private static @Nullable String describe(ParameterException e) {
        if (e.getCause() instanceof IllegalArgumentException cause && e.getArgSpec() instanceof OptionSpec option) {
            return option.longestName() + ": " + cause.getMessage();
        } else if (e instanceof UnmatchedArgumentException unmatched) {
            return describe(unmatched);
        }
        return e.getMessage();
    }

    private static String describe(UnmatchedArgumentException e) {
        String kind = e.isUnknownOption()
                ? "option"
                : e.getCommandLine().getSubcommands().isEmpty() ? "argument" : "command";
        String meant = String.join(" or ", e.getSuggestions());
        return "there is no " + kind + " \"" + name(e) + "\""
                + (meant.isEmpty() ? "" : "; did you mean " + meant + "?");
    }

    /** Returns the first unknown word; of an option only its name, because its value may be a secret. */
    private static String name(UnmatchedArgumentException e) {
        String word = e.getUnmatched().get(0);
        return e.isUnknownOption() ? word.replaceFirst("=.*", "") : word;
    }

    private static int failure(Exception e, CommandLine command) {
        printError(command, e instanceof StartFailure ? e.getMessage() : "unexpected " + e);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Prints one line, whatever control characters the user's input contains, and no secret of a URI in it. */
    private static void printError(CommandLine command, @Nullable String message) {
        String line = String.valueOf(message).replaceAll("\\p{Cntrl}+", " ");
        command.getErr().println("anteroom: " + RedisAddress.hideSecrets(line));
    }

    /** The version in the manifest of the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"anteroom " + (version == null ? "(not packaged)" : version)};
        }
    }
}
