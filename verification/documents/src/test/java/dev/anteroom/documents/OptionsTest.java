package dev.anteroom.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * An option of the gateway that a document names is in docs/settings.md, and the README gives the default that stands
 * there. Another test compares docs/settings.md with the program.
 */
class OptionsTest {
    private static final Pattern OPTION = Pattern.compile("`--([a-z-]*[a-z])");
    private static final Pattern ROW = Pattern.compile("^\\| `--([a-z-]+) ([^`]+)`");
    private static final Pattern DEFAULT = Pattern.compile("\\| `--([a-z-]+).*\\(default `?([^`;)]+)");
    private static final List<String> DOCUMENTS = List.of(
            "README.md",
            "ARCHITECTURE.md",
            "CHANGELOG.md",
            "SECURITY.md",
            "docs/operating.md",
            "docs/configuration.md",
            "docs/fleet.md",
            "docs/reliability.md");
    private static final List<String> NO_SETTINGS = List.of("config", "help");

    private final Map<String, String> defaults = cells(3);

    @Test
    void every_option_that_a_document_names_exists() {
        List<String> unknown = new ArrayList<>();
        for (String document : DOCUMENTS) {
            matches(document, OPTION)
                    .map(match -> match.group(1))
                    .filter(name -> !defaults.containsKey(name) && !NO_SETTINGS.contains(name))
                    .forEach(name -> unknown.add(document + ": --" + name));
        }
        assertEquals(List.of(), unknown);
    }

    @Test
    void the_readme_gives_the_defaults_of_the_settings() {
        List<MatchResult> shown = matches("README.md", DEFAULT).toList();
        assertFalse(shown.isEmpty());
        shown.forEach(match -> assertEquals(defaults.get(match.group(1)), match.group(2), match.group(1)));
    }

    @Test
    void the_readme_shows_the_values_that_the_settings_take() {
        Map<String, String> labels = cells(2);
        List<MatchResult> shown = matches("README.md", ROW)
                .filter(match -> !NO_SETTINGS.contains(match.group(1)))
                .toList();
        assertFalse(shown.isEmpty());
        shown.forEach(
                match -> assertEquals(labels.get(match.group(1)), match.group(2).replace("\\", ""), match.group(1)));
    }

    /** Returns a column of the tables of docs/settings.md, by setting. */
    private static Map<String, String> cells(int column) {
        Map<String, String> found = new HashMap<>();
        for (String line : Checkout.lines(Checkout.ROOT.resolve("docs/settings.md"))) {
            String[] cells = line.split("(?<!\\\\)\\|", -1);
            if (cells.length > 3 && cells[1].startsWith(" `")) {
                found.put(
                        cells[1].replace("`", "").strip(),
                        cells[column].replaceAll("[`\\\\]", "").strip());
            }
        }
        return found;
    }

    private static Stream<MatchResult> matches(String document, Pattern pattern) {
        Path file = Checkout.ROOT.resolve(document);
        return Checkout.lines(file).stream()
                .flatMap(line -> pattern.matcher(line).results());
    }
}
