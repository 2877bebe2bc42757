package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FairnessTest {
    @Test
    void all_for_one_of_four_is_a_quarter() {
        assertEquals(0.25, Fairness.of(new long[] {8, 0, 0, 0}, new long[] {9, 9, 9, 9}), 1e-9);
    }

    @Test
    void a_source_that_gets_the_little_it_wants_is_treated_fairly() {
        assertEquals(1, Fairness.of(new long[] {1, 5, 5}, new long[] {1, 100, 9}), 1e-9);
    }

    @Test
    void a_source_that_never_came_does_not_count() {
        assertEquals(1, Fairness.of(new long[] {0, 5}, new long[] {0, 100}), 1e-9);
    }
}
