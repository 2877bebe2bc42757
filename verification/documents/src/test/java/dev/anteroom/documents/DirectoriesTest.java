package dev.anteroom.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A newcomer finds a README of a few lines in each directory that can be opened from the root or from verification. */
class DirectoriesTest {
    private static final int LONGEST = 40;

    @Test
    void every_directory_has_a_short_readme() throws IOException {
        assertEquals(List.of(), directories(directory -> !hasShortReadme(directory)));
    }

    @Test
    void a_readme_names_the_scripts_documents_and_models_beside_it() throws IOException {
        List<String> unnamed = new ArrayList<>();
        for (String directory : directories(DirectoriesTest::hasShortReadme)) {
            String readme = String.join("\n", Checkout.lines(Checkout.ROOT.resolve(directory + "/README.md")));
            try (Stream<Path> files = Files.list(Checkout.ROOT.resolve(directory))) {
                files.filter(DirectoriesTest::isWorthAName)
                        .map(file -> String.valueOf(file.getFileName()))
                        .filter(name -> !readme.contains(name))
                        .forEach(name -> unnamed.add(directory + "/" + name));
            }
        }
        assertEquals(List.of(), unnamed);
    }

    private static boolean isWorthAName(Path file) {
        boolean isScript = Files.isRegularFile(file) && Files.isExecutable(file);
        return !file.endsWith("README.md") && (isScript || file.toString().matches(".*\\.(md|pml)"));
    }

    private static boolean hasShortReadme(Path directory) {
        Path readme = directory.resolve("README.md");
        return Files.exists(readme) && Checkout.lines(readme).size() <= LONGEST;
    }

    private static List<String> directories(Predicate<Path> filter) throws IOException {
        try (Stream<Path> root = Files.list(Checkout.ROOT);
                Stream<Path> inner = Files.list(Checkout.ROOT.resolve("verification"))) {
            return Stream.concat(root, inner)
                    .filter(Files::isDirectory)
                    .filter(directory -> !Checkout.shown(directory).startsWith("."))
                    .filter(directory -> !directory.endsWith("target"))
                    .filter(filter)
                    .map(Checkout::shown)
                    .sorted()
                    .toList();
        }
    }
}
