package dev.anteroom.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A test, a file or a command that a document names in backquotes exists. */
class NamesTest {
    private static final Pattern TEST = Pattern.compile("`(\\w+(?:Test|Promises|Suite))(?:\\.(\\w+))?[`( ]");
    private static final Pattern PROMISE = Pattern.compile("@Test\\b[^{;]*void ([a-z0-9_]+)\\(");
    private static final Pattern SENTENCE = Pattern.compile("^\\| ([a-z][a-z0-9 ]+) \\| (?:yes|-) \\|");
    private static final Pattern COMMAND =
            Pattern.compile("`((?:benchmarks|dist|docs|release|verification)/[\\w./-]*\\w)[` ]");

    private final Map<String, Path> classes = Checkout.files(".java").stream()
            .collect(Collectors.toMap(file -> simpleName(file), file -> file, (first, second) -> first));

    @Test
    void every_test_that_a_document_names_exists() {
        assertEquals(List.of(), named(TEST, name -> !isTest(name)));
    }

    @Test
    void every_file_that_a_document_names_exists() {
        assertEquals(List.of(), named(COMMAND, name -> !isBuilt(name) && !Files.exists(Checkout.ROOT.resolve(name))));
    }

    @Test
    void every_sentence_on_the_page_of_the_transports_is_a_promise() {
        Set<String> promises = Checkout.files("Promises.java").stream()
                .flatMap(file ->
                        PROMISE.matcher(String.join("\n", Checkout.lines(file))).results())
                .map(match -> match.group(1).replace('_', ' '))
                .collect(Collectors.toSet());
        List<String> sentences = Checkout.lines(Checkout.ROOT.resolve("docs/transports.md")).stream()
                .flatMap(line -> SENTENCE.matcher(line).results())
                .map(match -> match.group(1))
                .toList();
        assertEquals(
                List.of(),
                sentences.stream()
                        .filter(sentence -> !promises.contains(sentence))
                        .toList());
    }

    private static boolean isBuilt(String name) {
        return name.contains("/target/");
    }

    private boolean isTest(String name) {
        String[] parts = name.split("\\.");
        Path file = classes.get(parts[0]);
        return file != null
                && (parts.length == 1 || String.join("\n", Checkout.lines(file)).contains(parts[1]));
    }

    private static List<String> named(Pattern pattern, Predicate<String> filter) {
        return Checkout.files(".md").stream()
                .flatMap(document ->
                        names(document, pattern).filter(filter).map(name -> Checkout.shown(document) + ": " + name))
                .distinct()
                .toList();
    }

    private static Stream<String> names(Path document, Pattern pattern) {
        return pattern.matcher(String.join("\n", Checkout.lines(document)))
                .results()
                .map(match -> match.groupCount() > 1 && match.group(2) != null
                        ? match.group(1) + "." + match.group(2)
                        : match.group(1));
    }

    private static String simpleName(Path file) {
        return String.valueOf(file.getFileName()).replace(".java", "");
    }
}
