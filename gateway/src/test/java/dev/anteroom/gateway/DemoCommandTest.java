package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The output of one run of {@code anteroom demo}. */
class DemoCommandTest {
    private static final Pattern SAMPLE = Pattern.compile("(?ms)^```console\n\\$ ./anteroom demo\n(.*?)^```");

    private static List<String> lines = List.of();

    @BeforeAll
    static void run() {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        assertEquals(0, new Main(end -> {}).run(writer, writer, "demo", "--pace", "300ms"));
        lines = out.toString().lines().toList();
    }

    @Test
    void each_policy_serves_all_clients_that_do_not_give_up() {
        List<String> orders = lines.subList(lines.size() - 3, lines.size());
        assertEquals(
                List.of("fifo", "lifo", "priority"),
                orders.stream().map(order -> order.trim().split(" ")[0]).toList());
        for (String order : orders) {
            assertEquals(
                    List.of("A", "B", "C", "D", "E", "F*", "G", "H", "I", "J", "K*", "L"), clientsOf(order), order);
        }
    }

    @Test
    void each_change_prints_the_served_and_waiting_clients() {
        assertTrue(lines.stream().anyMatch(line -> line.matches(" {2}\\S+ \\S+ \\S+ +D.*")), lines::toString);
    }

    /** The orders depend on when the clients arrive, so a busy machine may swap some. */
    @Test
    void the_readme_shows_lines_that_it_prints() throws IOException {
        Matcher sample = SAMPLE.matcher(Files.readString(Path.of("../README.md")));
        assertTrue(sample.find());
        for (String line : sample.group(1).split("\n")) {
            boolean isPrinted =
                    lines.contains(line) || lines.stream().anyMatch(printed -> isOrderOfSamePolicy(line, printed));
            assertTrue(line.equals("...") || isPrinted, line);
        }
    }

    private static boolean isOrderOfSamePolicy(String line, String printed) {
        return line.startsWith("  ")
                && line.split(" +")[1].equals(printed.trim().split(" +")[0])
                && clientsOf(line).equals(clientsOf(printed));
    }

    private static List<String> clientsOf(String order) {
        return Arrays.stream(order.trim().split("[ (]+"))
                .filter(word -> word.matches("[A-Z]\\*?"))
                .sorted()
                .toList();
    }
}
