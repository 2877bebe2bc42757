package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RandomHistoriesTest {
    @Test
    void every_history_is_tried_if_none_fails() {
        List<List<Integer>> tried = new ArrayList<>();
        RandomHistories.check(5, 3, random -> random.nextInt(), tried::add);
        assertEquals(5 / RandomHistories.PARTS, tried.stream().distinct().count());
        tried.forEach(history -> assertEquals(3, history.size()));
    }

    @Test
    void a_failing_history_is_reported_in_its_shortest_form() {
        String message = message(history -> {
            if (history.contains(3) && history.lastIndexOf(7) > history.indexOf(3)) {
                throw new IllegalStateException("3 before 7");
            }
        });
        assertTrue(message.matches("(?s)-Danteroom.seed=-?\\d+, shortened to:\n    3\n    7\n.*3 before 7"), message);
    }

    @Test
    void what_always_fails_fails_with_no_operation_at_all() {
        String message = message(history -> {
            throw new AssertionError("always");
        });
        assertTrue(message.matches("(?s)-Danteroom.seed=-?\\d+, shortened to:\n.*always"), message);
    }

    private static String message(java.util.function.Consumer<List<Integer>> trial) {
        return String.valueOf(assertThrows(
                        AssertionError.class,
                        () -> RandomHistories.check(100, 200, random -> random.nextInt(10), trial))
                .getMessage());
    }
}
