package dev.anteroom.documents;

import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The modules of the reactor, by directory, and which of them each one needs at run time. */
record Modules(Map<String, NavigableSet<String>> dependencies) {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);
    private static final Pattern OURS = Pattern.compile("<artifactId>anteroom-([^<]+)</artifactId>");

    static Modules ofThisCheckout() {
        Map<String, NavigableSet<String>> dependencies = new TreeMap<>();
        Matcher module = MODULE.matcher(pom("."));
        while (module.find()) {
            dependencies.put(module.group(1), dependenciesOf(module.group(1)));
        }
        return new Modules(dependencies);
    }

    NavigableSet<String> names() {
        return new TreeSet<>(dependencies.keySet());
    }

    /** The direct dependencies of the modules at the root, less those that follow from others. */
    NavigableSet<String> arrows() {
        NavigableSet<String> arrows = new TreeSet<>();
        dependencies.forEach((from, targets) -> targets.stream()
                .filter(to -> !from.contains("/"))
                .filter(to -> targets.stream().noneMatch(other -> needs(other, to)))
                .forEach(to -> arrows.add(from + " --> " + to)));
        return arrows;
    }

    private boolean needs(String from, String to) {
        NavigableSet<String> direct = dependencies.getOrDefault(from, new TreeSet<>());
        return direct.contains(to) || direct.stream().anyMatch(between -> needs(between, to));
    }

    private static NavigableSet<String> dependenciesOf(String directory) {
        NavigableSet<String> found = new TreeSet<>();
        Matcher dependency = DEPENDENCY.matcher(isBom(directory) ? "" : pom(directory));
        while (dependency.find()) {
            Matcher ours = OURS.matcher(dependency.group(1));
            if (ours.find() && !dependency.group(1).contains("<scope>test</scope>")) {
                found.add(ours.group(1));
            }
        }
        return found;
    }

    /** The modules that users can depend on. */
    NavigableSet<String> published() {
        NavigableSet<String> published = names();
        published.removeIf(name -> isBom(name) || pom(name).contains("<maven.deploy.skip>true"));
        return published;
    }

    private static boolean isBom(String directory) {
        return pom(directory).contains("<packaging>pom</packaging>");
    }

    private static String pom(String directory) {
        return String.join("\n", Checkout.lines(Path.of(Checkout.ROOT.toString(), directory, "pom.xml")));
    }
}
