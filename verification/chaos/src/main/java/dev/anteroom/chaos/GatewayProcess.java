package dev.anteroom.chaos;

import dev.anteroom.chaos.Ledger.Violation;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The gateway program in front of an {@link Upstream}. */
final class GatewayProcess implements Subject {
    private final Scene scene;
    private final Upstream upstream;
    private final GatewayProgram program;

    /**
     * Starts the program.
     *
     * @param transport the transport's name
     * @param prelude shell commands to run before the program
     * @param more further options of the program
     */
    GatewayProcess(Scene scene, String transport, String prelude, String... more) {
        this.scene = scene;
        upstream = new Upstream(scene);
        List<String> options = new ArrayList<>(List.of(
                "--transport",
                transport,
                "--limit",
                Integer.toString(LIMIT),
                "--max-waiting",
                Integer.toString(PLACES),
                "--max-wait",
                WAIT_SECONDS + "s",
                "--busy-message",
                Client.BUSY,
                "--drain-timeout",
                "0s",
                "--half-close",
                scene.seed() % 2 == 0 ? "keep" : "abandon"));
        options.addAll(List.of(more));
        program = GatewayProgram.startWith(prelude, upstream.address(), options.toArray(String[]::new));
    }

    /** Takes the upstream down for a while. */
    void upstreamAway(long millis) {
        upstream.goAway(millis);
    }

    @Override
    public SocketAddress address() {
        return program.address();
    }

    @Override
    public Gauges gauges() {
        return program.gauges();
    }

    @Override
    public void limit(int limit) {
        program.change("{\"limit\":" + limit + "}");
    }

    @Override
    public void policy(String expression) {
        program.change("{\"policy\":\"" + expression + "\"}");
    }

    @Override
    public long descriptors() {
        return program.descriptors();
    }

    @Override
    public void close() {
        try (program;
                upstream) {
            program.terminate();
            int status = program.exitStatus();
            if (status != 0) {
                scene.ledger()
                        .violation(Violation.ACCOUNTS, "the gateway ended with " + status + ": " + program.errors());
            }
            if (program.errors().contains("\tat ")) {
                scene.ledger().violation(Violation.LOGGED_ERROR, program.errors());
            }
        }
    }
}
