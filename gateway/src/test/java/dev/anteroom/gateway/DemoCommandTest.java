package dev.anteroom.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    private static final StringWriter OUT = new StringWriter();

    @BeforeAll
    static void run_the_demo() {
        PrintWriter writer = new PrintWriter(OUT, true);
        assertEquals(0, new Main(end -> {}).run(writer, writer, "demo", "--pace", "300ms"));
    }

    @Test
    void each_policy_serves_all_clients_that_do_not_give_up() {
        List<String> lines = OUT.toString().lines().toList();
        List<String> orders = lines.subList(lines.size() - 3, lines.size());
        assertEquals(
                List.of("fifo", "lifo", "priority"),
                orders.stream().map(order -> order.trim().split(" ")[0]).toList());
        for (String order : orders) {
            List<String> names = Arrays.stream(order.trim().split("[ (]+"))
                    .filter(word -> word.matches("[A-Z]\\*?"))
                    .sorted()
                    .toList();
            assertEquals(List.of("A", "B", "C", "D", "E", "F*", "G", "H", "I", "J", "K*", "L"), names, order);
        }
    }

    @Test
    void each_change_prints_the_served_and_waiting_clients() {
        assertTrue(OUT.toString().lines().anyMatch(line -> line.matches(" {2}\\S+ \\S+ \\S+ +D.*")), OUT.toString());
    }
}
