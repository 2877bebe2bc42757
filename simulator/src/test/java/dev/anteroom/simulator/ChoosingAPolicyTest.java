package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each table and picture of docs/choosing-a-policy.md is the result of the command above it. {@code
 * -Danteroom.docs.write=true} writes them.
 */
class ChoosingAPolicyTest {
    private static final Path DOCS = Path.of("../docs");
    private static final Path DOCUMENT = DOCS.resolve("choosing-a-policy.md");
    private static final boolean WRITE = Boolean.getBoolean("anteroom.docs.write");
    private static final String DIVIDER = "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|";
    private static final Pattern COMMAND = Pattern.compile("\\./anteroom simulate (--.*)");
    private static final Pattern PICTURE = Pattern.compile("!\\[[^]]*]\\((pictures/.*)\\)");

    @TempDir
    Path directory;

    @Test
    void each_table_is_the_result_of_its_command() throws IOException {
        List<String> shown = Files.readAllLines(DOCUMENT);
        List<String> expected = new ArrayList<>();
        boolean isOldRow = false;
        for (int i = 0; i < shown.size(); i++) {
            String line = shown.get(i);
            isOldRow &= line.startsWith("|");
            if (!isOldRow) {
                expected.add(line);
            }
            if (line.equals(DIVIDER)) {
                expected.addAll(rows(commandAbove(shown, i)));
                isOldRow = true;
            }
        }
        if (WRITE) {
            Files.write(DOCUMENT, expected);
        }
        assertEquals(String.join("\n", expected), String.join("\n", Files.readAllLines(DOCUMENT)));
    }

    @Test
    void each_picture_is_the_result_of_its_command() throws IOException {
        List<String> shown = Files.readAllLines(DOCUMENT);
        int pictures = 0;
        for (int i = 0; i < shown.size(); i++) {
            Matcher picture = PICTURE.matcher(shown.get(i));
            if (picture.matches()) {
                Path drawn = WRITE ? DOCS.resolve(picture.group(1)) : directory.resolve("drawn.svg");
                run(commandAbove(shown, i), "--count=10000", "--picture=" + drawn);
                assertEquals(Files.readString(drawn), Files.readString(DOCS.resolve(picture.group(1))));
                pictures++;
            }
        }
        assertFalse(pictures == 0);
    }

    /** Returns the arguments of the last command before a line. */
    private static List<String> commandAbove(List<String> lines, int before) {
        String text = String.join("\n", lines.subList(0, before)).replaceAll(" \\\\\n *", " ");
        Matcher command = COMMAND.matcher(text);
        List<String> last = List.of();
        while (command.find()) {
            last = List.of(command.group(1).replace("'", "").split(" +"));
        }
        return last;
    }

    private static List<String> rows(List<String> command) throws JsonProcessingException {
        List<String> rows = new ArrayList<>();
        for (JsonNode outcome : new JsonMapper().readTree(run(command, "--json"))) {
            rows.add(String.format(
                    Locale.ROOT,
                    "| `%s` | %.2f/s | %.1f%% | %s | %s | %,d | %,d | %,d | %,d | %.3f |",
                    outcome.get("policy").asText(),
                    outcome.get("goodputPerSecond").asDouble(),
                    100 * outcome.get("goodputShare").asDouble(),
                    OutcomeTable.seconds(outcome.get("waitP50").asDouble()),
                    OutcomeTable.seconds(outcome.get("waitP99").asDouble()),
                    outcome.get("abandoned").asLong(),
                    outcome.get("expired").asLong(),
                    outcome.get("refused").asLong(),
                    outcome.get("shed").asLong(),
                    outcome.get("fairness").asDouble()));
        }
        return rows;
    }

    /** Runs a command; options that are given here replace those of the command. */
    private static String run(List<String> command, String... options) {
        List<String> arguments = new ArrayList<>(command);
        for (String option : options) {
            int given = arguments.indexOf(option.replaceFirst("=.*", ""));
            if (given >= 0) {
                arguments.subList(given, given + 2).clear();
            }
        }
        Program.Call call = Program.call(
                Stream.concat(arguments.stream(), Arrays.stream(options)).toArray(String[]::new));
        assertEquals(0, call.status(), call.err());
        return call.out();
    }
}
