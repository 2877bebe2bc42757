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

    private final Map<String, String> defaults = defaults();

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

    private static Map<String, String> defaults() {
        Map<String, String> defaults = new HashMap<>();
        for (String line : Checkout.lines(Checkout.ROOT.resolve("docs/settings.md"))) {
            String[] cells = line.split("(?<!\\\\)\\|", -1);
            if (cells.length > 3 && cells[1].startsWith(" `")) {
                defaults.put(cells[1].replace("`", "").strip(), cells[3].strip());
            }
        }
        return defaults;
    }

    private static Stream<MatchResult> matches(String document, Pattern pattern) {
        Path file = Checkout.ROOT.resolve(document);
        return Checkout.lines(file).stream()
                .flatMap(line -> pattern.matcher(line).results());
    }
}
