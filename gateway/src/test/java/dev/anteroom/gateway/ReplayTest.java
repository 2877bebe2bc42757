package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the simulator with the real gateway. A burst of clients connects to a gateway that serves four at once. The
 * simulator replays the recorded arrivals and service times and must arrive at the same waits. The recording includes
 * the delays of the machine, and service times are long compared to the delays between them.
 */
class ReplayTest {
    private static final int CLIENTS = 40;
    private static final int LIMIT = 4;
    private static final Duration SERVICE = Duration.ofMillis(200);

    /** Tolerated difference, as a part of the recorded wait, which is about a second in the median. */
    private static final double TOLERANCE = 0.1;

    /** Additional tolerated difference for the delays of the machine: half a service time. */
    private static final double SECONDS = 0.1;

    /** Attempts: a machine that stalls between a release and the next admission spoils one run, but not every run. */
    private static final int RUNS = 4;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"fifo", "lifo"})
    void a_recorded_run_has_the_same_waits_in_the_simulator(String policy) throws IOException {
        StringBuilder differences = new StringBuilder();
        for (int run = 0; run < RUNS; run++) {
            String difference = difference(policy, directory.resolve("recorded-" + run + ".csv"));
            if (difference.isEmpty()) {
                return;
            }
            differences.append(difference);
        }
        fail(differences.toString());
    }

    /** Returns a description of the difference, or an empty text if it is tolerated. */
    private static String difference(String policy, Path file) throws IOException {
        record(policy, file);

        List<Double> waits = waits(file);
        JsonNode simulated = simulate(policy, file);
        assertEquals(CLIENTS, waits.size());
        assertEquals(CLIENTS, simulated.get("served").intValue());
        return difference(
                        "median",
                        waits.get(CLIENTS / 2 - 1),
                        simulated.get("waitP50").doubleValue())
                + difference(
                        "mean",
                        waits.stream().mapToDouble(wait -> wait).average().orElseThrow(),
                        simulated.get("waitMean").doubleValue());
    }

    private static void record(String policy, Path file) {
        try (HoldingUpstream upstream = new HoldingUpstream(current -> SERVICE);
                RunningGateway gateway = RunningGateway.start(
                        upstream.address(), "--limit", "" + LIMIT, "--policy", policy, "--record", file.toString())) {
            Await.value(CompletableFuture.allOf(Stream.generate(gateway::connect)
                    .limit(CLIENTS)
                    .map(ReplayTest::readToEndAndClose)
                    .toArray(CompletableFuture<?>[]::new)));
            gateway.awaitGate("active", 0);
        }
    }

    /** Closes at once, as clients do: an open connection would keep its slot. */
    private static CompletableFuture<Void> readToEndAndClose(ScriptedClient client) {
        return CompletableFuture.runAsync(
                () -> {
                    client.readToEnd();
                    client.close();
                },
                task -> new Thread(task, "client").start());
    }

    /** Returns the waits of the served clients in seconds, in ascending order. */
    private static List<Double> waits(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        assertEquals("arrival,service,patience,source,class,wait,end", lines.get(0));
        return lines.stream()
                .skip(1)
                .filter(line -> line.endsWith(",released"))
                .map(line -> Double.valueOf(line.split(",")[5]))
                .sorted()
                .toList();
    }

    private static JsonNode simulate(String policy, Path file) throws IOException {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] args = {
            "simulate",
            "--limit=" + LIMIT,
            "--policies=" + policy,
            "--arrivals=file:" + file,
            "--service=constant:1h",
            "--json"
        };
        int status = new Main(end -> {}).run(new PrintWriter(out, true), new PrintWriter(err, true), args);
        assertEquals(0, status, err.toString());
        return new JsonMapper().readTree(out.toString()).get(0);
    }

    private static String difference(String what, double recorded, double simulated) {
        return Math.abs(recorded - simulated) <= TOLERANCE * recorded + SECONDS
                ? ""
                : what + ": recorded " + recorded + ", simulated " + simulated + "; ";
    }
}
