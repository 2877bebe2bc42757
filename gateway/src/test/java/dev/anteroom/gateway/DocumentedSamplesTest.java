package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.anteroom.expression.Durations;
import dev.anteroom.gateway.catalogue.ConfigException;
import dev.anteroom.gateway.catalogue.ConfigFile;
import dev.anteroom.scheduler.Policies;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The samples of the documents are valid: the program accepts the commands and files, and prints the messages. */
class DocumentedSamplesTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```");
    private static final Pattern COMMAND =
            Pattern.compile("(?m)(?:^|[ /(])anteroom ((?:gateway|check|demo|simulate|rehearse)\\b.*)");
    private static final Pattern SERVICE_ARGUMENTS = Pattern.compile("ANTEROOM_ARGS=\"([^\"]*)\"");
    private static final Pattern WORD = Pattern.compile("(?:'[^']*'|\"[^\"]*\"|[^\\s'\"])+");

    @TempDir
    Path directory;

    @Test
    void the_program_accepts_every_command() throws IOException {
        Path traffic = Files.writeString(directory.resolve("traffic.csv"), "arrival\n0\n");
        List<List<String>> commands = commands().toList();
        assertFalse(commands.isEmpty());
        for (List<String> command : commands) {
            String[] words = command.stream()
                    .map(word -> word.replace("file:traffic.csv", "file:" + traffic))
                    .toArray(String[]::new);
            assertDoesNotThrow(() -> parse(words), () -> String.join(" ", words));
        }
    }

    @Test
    void every_yaml_file_is_valid() throws IOException {
        List<String> files = blocks("yaml").toList();
        assertFalse(files.isEmpty());
        for (String file : files) {
            Path path = Files.writeString(directory.resolve("anteroom.yaml"), file);
            assertDoesNotThrow(() -> ConfigFile.read(path), file);
        }
    }

    @Test
    void a_reload_that_fails_prints_what_the_page_shows() throws IOException {
        String valid = blocks("yaml").findFirst().orElseThrow();
        Path file = directory.resolve("anteroom.yaml");
        Files.writeString(file, valid.replaceFirst("limit: \\d+", "limit: many"));
        List<String> faults =
                assertThrows(ConfigException.class, () -> ConfigFile.read(file)).lines();
        assertShown(
                "docs/operating.md",
                "anteroom: not reloaded: " + faults.get(0).replace("" + file, "/etc/anteroom.yaml"));
    }

    @Test
    void a_bad_policy_gets_the_message_that_the_page_shows() {
        Exception fault = assertThrows(IllegalArgumentException.class, () -> Policies.parse("fair(ifo)"));
        assertShown("docs/policies.md", String.valueOf(fault.getMessage()));
    }

    @Test
    void a_served_connection_is_logged_as_the_page_shows() throws IOException {
        Path log = directory.resolve("access.log");
        try (ScriptedUpstream upstream = ScriptedUpstream.open();
                RunningGateway gateway =
                        RunningGateway.start(upstream.address(), "--limit", "1", "--access-log", "" + log)) {
            ScriptedClient client = gateway.connect().send("hello");
            ScriptedClient server = upstream.next();
            server.read(5);
            client.close();
            server.readToEnd();
            server.close();
            JsonNode real = AccessLogTest.lines(log, 1).get(0);
            JsonNode shown =
                    new JsonMapper().readTree(blocks("json").findFirst().orElseThrow());
            assertEquals(names(real), names(shown));
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void parse(String... words) {
        if (words[0].equals("gateway") && !List.of(words).contains("--config")) {
            ParsedOptions.settings(List.of(words).subList(1, words.length));
        } else {
            new CommandLine(new Main(end -> {}))
                    .registerConverter(Duration.class, Durations::parse)
                    .parseArgs(words);
        }
    }

    private static Stream<List<String>> commands() {
        Stream<String> shells = blocks("sh")
                .map(block -> block.replaceAll(" \\\\\\n *", " "))
                .flatMap(block -> COMMAND.matcher(block).results().map(match -> match.group(1)));
        Stream<String> services = documents()
                .flatMap(text -> SERVICE_ARGUMENTS.matcher(text).results().map(match -> "gateway " + match.group(1)));
        return Stream.concat(shells, services)
                .map(DocumentedSamplesTest::words)
                .filter(words -> !words.contains("..."));
    }

    /** Splits a command as a shell does, up to a comment or an operator, with {@code n=1}. */
    private static List<String> words(String command) {
        return WORD.matcher(command)
                .results()
                .map(MatchResult::group)
                .takeWhile(word -> !word.matches("#.*|[&|;>]+"))
                .map(word -> word.replaceAll("['\"]", "").replace("$n", "1"))
                .toList();
    }

    private static Stream<String> blocks(String language) {
        return documents()
                .flatMap(text -> BLOCK.matcher(text).results())
                .filter(block -> block.group(1).equals(language))
                .map(block -> block.group(2));
    }

    private static Stream<String> documents() {
        try (Stream<Path> root = Files.list(ROOT);
                Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .map(DocumentedSamplesTest::read)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertShown(String document, String message) {
        String text = read(ROOT.resolve(document)).replaceAll("\\s+", " ");
        assertTrue(text.contains(message), document + " does not show: " + message);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
