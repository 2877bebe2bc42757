package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulateCommandTest {
    private static final String OVERLOAD =
            "--limit 5 --arrivals poisson:8/s --service exponential:1s --patience exponential:2s --count 20000";

    @TempDir
    Path directory;

    @Test
    void a_comma_in_parentheses_is_part_of_a_policy() {
        JsonNode outcomes =
                json("--policies", "fifo,adaptive-lifo(target=100ms, interval=1s) , lifo", "--max-wait", "0s");
        assertEquals(
                List.of("fifo", "adaptive-lifo(target=100ms, interval=1s)", "lifo"),
                outcomes.findValuesAsText("policy"));
    }

    @Test
    void every_arrival_is_accounted_for() {
        for (JsonNode outcome : json("--policies", "fifo,lifo,codel,adaptive-lifo,fair,edf", "--max-waiting", "7")) {
            long ends = Stream.of("served", "abandoned", "expired", "refused", "shed")
                    .mapToLong(end -> outcome.get(end).asLong())
                    .sum();
            assertEquals(
                    outcome.get("arrived").asLong(), ends, outcome.get("policy").asText());
        }
    }

    @Test
    void limits_can_be_compared() {
        JsonNode outcomes = json("--limits", "2, adaptive(min=2, max=9) ,5", "--policies", "fifo");
        assertEquals(List.of("2", "adaptive(min=2, max=9)", "5"), outcomes.findValuesAsText("limit"));
    }

    @Test
    void goodput_per_second_leaves_out_the_drain() {
        JsonNode outcome = json(
                        "--limit=1",
                        "--patience=none",
                        "--max-wait=0s",
                        "--policies=fifo",
                        "--arrivals=constant:8/s",
                        "--service=constant:1s",
                        "--count=80")
                .get(0);
        assertEquals(80, outcome.get("goodput").asInt());
        assertEquals(1, outcome.get("goodputPerSecond").asDouble(), 0.15);
    }

    @Test
    void failed_services_are_not_goodput() {
        JsonNode outcome =
                json("--policies=fifo", "--upstream=down(from=1s, for=1000s)").get(0);
        long failed = outcome.get("failed").asLong();
        assertTrue(failed > 0
                && outcome.get("served").asLong()
                        >= failed + outcome.get("goodput").asLong());
    }

    @Test
    void the_same_seed_gives_the_same_result() {
        assertEquals(json("--seed", "7"), json("--seed", "7"));
    }

    @Test
    void another_seed_gives_another_result() {
        assertFalse(json("--seed", "7").equals(json("--seed", "8")));
    }

    @Test
    void lifo_keeps_goodput_when_departures_go_unnoticed() {
        JsonNode outcomes = json("--policies", "fifo,lifo", "--departures", "unnoticed", "--max-wait", "0s");
        assertTrue(outcomes.get(0).get("goodputShare").asDouble() < 0.05);
        assertTrue(outcomes.get(1).get("goodputShare").asDouble() > 0.5);
    }

    @Test
    void clients_that_were_not_served_try_again() {
        JsonNode outcome = json("--policies", "fifo", "--max-waiting", "0", "--retries", "2")
                .get(0);
        assertEquals(20_000, outcome.get("clients").asLong());
        assertTrue(outcome.get("arrived").asLong() > 25_000);
    }

    @Test
    void a_fleet_refuses_more_than_one_gate_of_the_same_size() {
        JsonNode one =
                json("--limit", "20", "--nodes", "1", "--max-waiting", "0").get(0);
        JsonNode four = json("--limit", "5", "--nodes", "4", "--max-waiting", "0", "--arrivals", "poisson:8/s")
                .get(0);
        assertTrue(four.get("refused").asLong() > one.get("refused").asLong());
    }

    @Test
    void fair_protects_sources_from_a_noisy_one() {
        JsonNode outcomes = json("--policies", "fifo,fair", "--sources", "10", "--skew", "1", "--patience", "none");
        assertTrue(outcomes.get(1).get("fairness").asDouble()
                > outcomes.get(0).get("fairness").asDouble() + 0.1);
    }

    @Test
    void a_recorded_load_is_replayed() throws IOException {
        Path file = Files.writeString(
                directory.resolve("load.csv"),
                "arrival,service,source,wait,end\n0.5,1,1,1,released\n0,2,0,0,released\n0.6,1,,9,released\n10,,1,0,shed\n");
        Program.Call call = Program.call(
                "--limit=1", "--policies=fifo", "--arrivals=file:" + file, "--service=constant:1s", "--json");
        JsonNode outcome = read(call).get(0);
        assertEquals(4, outcome.get("served").asLong());
        assertEquals((1.5 + 2.4) / 4, outcome.get("waitMean").asDouble(), 1e-9);
        assertEquals(11, outcome.get("seconds").asDouble(), 1e-9);
    }

    @Test
    void the_report_needs_no_network() throws IOException {
        Path file = directory.resolve("report.html");
        Program.call(arguments("--report", file.toString()));
        String page = Files.readString(file);
        assertTrue(page.contains("<svg") && page.contains("adaptive-lifo"));
        assertFalse(page.matches("(?s).*(src|href)=.*"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --limit=0                       | "0" is no limit
            --limits=5,often                | "often" is no limit
            --upstream=knee(0)              | a knee must be a whole number
            --upstream=knee(4),usl(1,2)     | an upstream has only one of
            --upstream=slow(from=1s,for=1s) | is not an upstream
            --upstream=slow(x0,from=1s,for=1s) | the factor must be more than 0
            --count=0                       | --count must be a whole number from 1 to 2147483647, was 0
            --policies=fifo,nonesuch        | there is no policy "nonesuch"
            --policies=fifo(                | column
            --arrivals=poisson:45           | "45" is not a rate
            --arrivals=poisson:0/s          | a rate must be more than 0
            --arrivals=often                | "often" is not a form of arrivals
            --arrivals=file:/nonesuch       | "/nonesuch" cannot be read
            --arrivals=bursts:1/s:2/s:1s:2s | LASTING must be
            --service=exponential           | "exponential" is not a distribution
            --service=pareto:1s:1           | the shape must be more than 1
            --service=exponential:1         | "1" is not a duration
            --patience=never                | "never" is not a distribution
            --departures=maybe              | must be noticed or unnoticed
            --skew=-1                       | "-1" is not a number
            """)
    void a_bad_option_gets_one_line_and_exit_2(String option, String message) {
        Program.Call call = Program.call(arguments(option));
        assertEquals(2, call.status());
        assertTrue(call.err().contains(message), call.err());
        assertEquals(1, call.err().lines().count(), call.err());
    }

    private static JsonNode json(String... options) {
        return read(Program.call(Stream.concat(Stream.of("--json"), Arrays.stream(arguments(options)))
                .toArray(String[]::new)));
    }

    /** Returns the options, and those of the overload that they do not override. */
    private static String[] arguments(String... options) {
        List<String> arguments = new ArrayList<>(List.of(options));
        String[] defaults = OVERLOAD.split(" ");
        for (int i = 0; i < defaults.length; i += 2) {
            String name = defaults[i];
            if (arguments.stream()
                    .noneMatch(option -> option.replace("--limits", "--limit").matches(name + "(=.*)?"))) {
                arguments.addAll(List.of(name, defaults[i + 1]));
            }
        }
        return arguments.toArray(String[]::new);
    }

    private static JsonNode read(Program.Call call) {
        assertEquals(0, call.status(), call.err());
        try {
            return new JsonMapper().readTree(call.out());
        } catch (JsonProcessingException e) {
            throw new AssertionError(call.out(), e);
        }
    }
}
