package dev.anteroom.gateway.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code anteroom demo}: a burst of clients before a gate, once for each policy, and the orders they came in side by side. */
@Command(
        name = "demo",
        description = "Shows who is served, who waits, and in which order they come in, for each policy.",
        mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
    private static final List<String> POLICIES = List.of("fifo", "lifo", "priority");

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--pace",
            paramLabel = "DURATION",
            defaultValue = "900ms",
            description = "How long a client is served; all else follows from it (default ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Duration pace;

    /** Draws in place on a terminal, as the launcher says; else says what happens, line by line. */
    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        boolean onTerminal = Boolean.getBoolean("anteroom.terminal");
        out.println(DemoTrial.CLIENTS + " clients come in a burst; the server is to serve " + DemoTrial.LIMIT
                + " at a time. * is urgent.");
        List<String> orders = new ArrayList<>();
        for (String policy : POLICIES) {
            DemoBoard board = new DemoBoard();
            try (DemoScreen screen = new DemoScreen(out, onTerminal, policy, board)) {
                DemoTrial.run(policy, pace, board);
            }
            orders.add(order(policy, board.view()));
        }
        out.println();
        out.println("The order in which the server saw them:");
        orders.forEach(out::println);
        return ExitCode.OK;
    }

    private static String order(String policy, DemoBoard.View end) {
        String gone = end.gone().isEmpty() ? "" : "   (" + String.join(" ", end.gone()) + " gave up waiting)";
        return "  %-9s %s%s".formatted(policy, String.join(" ", end.served()), gone);
    }
}
