package dev.anteroom.gateway;

import dev.anteroom.expression.Durations;
import dev.anteroom.gateway.demo.DemoCommand;
import dev.anteroom.gateway.proxy.StartFailure;
import dev.anteroom.gateway.rehearsal.RehearseCommand;
import dev.anteroom.simulator.SimulateCommand;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program: {@code anteroom}, with a command for each thing that it does. */
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

    /**
     * Makes the program.
     *
     * @param onTermination takes what is to be done when the program is asked to end
     */
    Main(Consumer<Runnable> onTermination) {
        this(onTermination, onHangUp -> {});
    }

    /**
     * Makes the program.
     *
     * @param onTermination takes what is to be done when the program is asked to end
     * @param onHangUp takes what is to be done when the program is asked to read its files again
     */
    Main(Consumer<Runnable> onTermination, Consumer<Runnable> onHangUp) {
        this.onTermination = onTermination;
        this.onHangUp = onHangUp;
    }

    /**
     * Runs the program, and exits with 0 if all went well, 1 if it could not start, 2 if it was called wrongly.
     *
     * @param args the command and its options
     */
    public static void main(String[] args) {
        // Netty would name its channels after a network card, look for that at every start, and complain where there is
        // none.
        System.getProperties().putIfAbsent("io.netty.machineId", "00:00:00:00:00:01");
        System.exit(new Main(Signals::onFirst, Signals::onHangUp).run(writer(System.out), writer(System.err), args));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, Charset.defaultCharset());
    }

    /** Runs the program, and returns its exit status. */
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

    /** Has a command told when it is to end. */
    void onTermination(Runnable end) {
        onTermination.accept(end);
    }

    /** Has a command told whenever it is to read its files again. */
    void onHangUp(Runnable reload) {
        onHangUp.accept(reload);
    }

    private static int badUsage(ParameterException e) {
        CommandLine command = e.getCommandLine();
        complain(command, describe(e) + "; see " + command.getCommandSpec().qualifiedName() + " --help");
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
        return "there is no " + kind + " \"" + e.getUnmatched().get(0) + "\""
                + (meant.isEmpty() ? "" : "; did you mean " + meant + "?");
    }

    private static int failure(Exception e, CommandLine command) {
        complain(command, e instanceof StartFailure ? e.getMessage() : "unexpected " + e);
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** One line, whatever the user has put into it. */
    private static void complain(CommandLine command, @Nullable String message) {
        command.getErr().println("anteroom: " + String.valueOf(message).replaceAll("\\p{Cntrl}+", " "));
    }

    /** What the jar says. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"anteroom " + (version == null ? "(not packaged)" : version)};
        }
    }
}
