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

/**
 * {@code anteroom demo}: sends a burst of clients to a gate, once for each policy, and compares the orders of service.
 */
@Command(
        name = "demo",
        description =
                "Shows which clients are served, which wait, and in which order they are admitted, for each policy.",
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
            description =
                    "Time for which a client is served; it sets the pace of the demo (default: ${DEFAULT-VALUE}).")
    @SuppressWarnings("NullAway.Init")
    private Duration pace;

    /** Redraws the screen in place if the launcher reports a terminal; otherwise prints a line for each change. */
    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        boolean onTerminal = Boolean.getBoolean("anteroom.terminal");
        out.println(DemoTrial.CLIENTS + " clients connect in a burst; the server serves " + DemoTrial.LIMIT
                + " at a time. * marks an urgent client.");
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
        String gaveUp = end.gaveUp().isEmpty() ? "" : "   (" + String.join(" ", end.gaveUp()) + " gave up waiting)";
        return "  %-9s %s%s".formatted(policy, String.join(" ", end.served()), gaveUp);
    }
}
