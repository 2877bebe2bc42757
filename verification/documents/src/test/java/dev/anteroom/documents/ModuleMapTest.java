package dev.anteroom.documents;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ARCHITECTURE.md draws the modules of the product as the poms declare them, and its table lists every module. */
class ModuleMapTest {
    private static final Pattern ROW = Pattern.compile("^\\| (`[^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`([a-z/-]+)`");

    private final Modules modules = Modules.ofThisCheckout();
    private final List<String> section = section("## Module map");

    @Test
    void the_picture_shows_what_the_poms_declare() {
        assertEquals(modules.arrows(), drawnArrows());
    }

    @Test
    void the_table_lists_every_module() {
        NavigableSet<String> listed = new TreeSet<>();
        for (String line : section) {
            ROW.matcher(line)
                    .results()
                    .flatMap(row -> NAME.matcher(row.group(1)).results())
                    .map(name -> name.group(1))
                    .filter(modules.names()::contains)
                    .forEach(listed::add);
        }
        assertEquals(modules.names(), listed);
    }

    /** Lines such as {@code a & b --> c --> d & e}, as single arrows. */
    private NavigableSet<String> drawnArrows() {
        NavigableSet<String> arrows = new TreeSet<>();
        for (String line : section) {
            String[] stations = line.strip().split(" *--> *");
            for (int i = 1; i < stations.length; i++) {
                for (String from : stations[i - 1].split(" *& *")) {
                    Stream.of(stations[i].split(" *& *")).forEach(to -> arrows.add(from + " --> " + to));
                }
            }
        }
        return arrows;
    }

    private static List<String> section(String heading) {
        return Checkout.lines(Checkout.ROOT.resolve("ARCHITECTURE.md")).stream()
                .dropWhile(line -> !line.equals(heading))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .toList();
    }
}
