package dev.anteroom.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dependencies that the documents show, and those that the BOM lists, are ones that this build makes. */
class DependencyTest {
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>(anteroom-[a-z-]+)</artifactId>");
    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");

    private final String readme = text("README.md");

    @Test
    void its_artifact_is_a_module() {
        String artifact = first(ARTIFACT, readme);
        String module = artifact.replaceFirst("anteroom-", "");
        assertTrue(text(module + "/pom.xml").contains("<artifactId>" + artifact + "</artifactId>"), artifact);
    }

    @Test
    void its_version_is_that_of_the_build() {
        assertEquals(first(VERSION, text("pom.xml")), first(VERSION, readme));
    }

    @Test
    void the_bom_and_the_parent_list_every_published_module() {
        assertEquals(publishedModules(), listed("bom/pom.xml"));
        assertEquals(publishedModules(), listed("pom.xml"));
    }

    private static NavigableSet<String> publishedModules() {
        NavigableSet<String> published = new TreeSet<>();
        Modules.ofThisCheckout().published().forEach(name -> published.add(name.replaceFirst(".*/", "")));
        return published;
    }

    private static NavigableSet<String> listed(String pom) {
        NavigableSet<String> listed = new TreeSet<>();
        Pattern.compile("<artifactId>anteroom-([^<]+)</artifactId>\\s*<version>\\$\\{project.version}")
                .matcher(text(pom))
                .results()
                .forEach(entry -> listed.add(entry.group(1)));
        return listed;
    }

    @Test
    void the_bom_has_the_version_of_the_build() {
        assertEquals(first(VERSION, text("pom.xml")), first(VERSION, text("bom/pom.xml")));
        assertEquals(first(VERSION, text("pom.xml")), first(VERSION, text("bom/README.md")));
    }

    private static String first(Pattern pattern, String text) {
        List<String> found =
                pattern.matcher(text).results().map(match -> match.group(1)).toList();
        return found.get(0);
    }

    private static String text(String name) {
        Path file = Checkout.ROOT.resolve(name);
        return String.join("\n", Checkout.lines(file));
    }
}
