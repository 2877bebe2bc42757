package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An overload of the real gateway in which serving in order of arrival wastes slots on clients that have given up. */
class RehearseCommandTest {
    private static final List<String> OVERLOAD = List.of(
            "rehearse",
            "--limit=5",
            "--policies=fifo,adaptive-lifo(target=100ms,interval=200ms)",
            "--arrivals=constant:100/s",
            "--service=constant:100ms",
            "--patience=constant:300ms",
            "--departures=unnoticed",
            "--max-wait=5s",
            "--count=300",
            "--json");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void adaptive_lifo_serves_clients_that_still_wait() throws IOException {
        assertEquals(0, run(OVERLOAD), err.toString());
        JsonNode outcomes = new JsonMapper().readTree(out.toString());
        for (JsonNode outcome : outcomes) {
            assertEquals(300, figure(outcome, "arrived"));
            assertEquals(
                    300,
                    figure(outcome, "served")
                            + figure(outcome, "expired")
                            + figure(outcome, "shed")
                            + figure(outcome, "abandoned")
                            + figure(outcome, "refused"),
                    outcome.toString());
        }
        assertTrue(
                figure(outcomes.get(1), "goodput") > 2 * figure(outcomes.get(0), "goodput"),
                "fifo is first: " + outcomes);
    }

    @Test
    void an_option_that_needs_a_simulation_is_an_error() {
        List<String> args = new ArrayList<>(OVERLOAD);
        args.add("--sources=2");
        assertEquals(2, run(args));
        assertTrue(err.toString().contains("--sources must be a whole number from 1 to 1, was 2"), err.toString());
    }

    private int run(List<String> args) {
        return new Main(end -> {})
                .run(new PrintWriter(out, true), new PrintWriter(err, true), args.toArray(String[]::new));
    }

    private static int figure(JsonNode outcome, String name) {
        return outcome.get(name).intValue();
    }
}
