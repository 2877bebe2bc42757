package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    @Test
    void policies_are_found_by_name() {
        assertEquals(List.of("adaptive-lifo", "codel", "edf", "fair", "fifo", "lifo", "priority"), Policies.names());
        assertInstanceOf(AdaptiveLifoPolicy.class, Policies.parse("adaptive-lifo"));
        assertInstanceOf(CodelPolicy.class, Policies.parse("codel"));
        assertInstanceOf(EdfPolicy.class, Policies.parse("edf"));
        assertInstanceOf(FairPolicy.class, Policies.parse("fair"));
        assertInstanceOf(FifoPolicy.class, Policies.parse("fifo"));
        assertInstanceOf(LifoPolicy.class, Policies.parse("lifo"));
        assertInstanceOf(PriorityPolicy.class, Policies.parse("priority"));
    }

    @Test
    void a_policy_goes_by_the_name_that_it_is_found_by() {
        for (String name : Policies.names()) {
            assertEquals(name, Policies.parse(name).name());
        }
    }

    @Test
    void each_call_makes_a_new_policy() {
        assertNotSame(Policies.parse("fifo"), Policies.parse("fifo"));
    }

    @Test
    void parameters_stand_in_parentheses_and_spaces_are_free() {
        assertInstanceOf(PriorityPolicy.class, Policies.parse("priority(ageing=30s)"));
        assertInstanceOf(PriorityPolicy.class, Policies.parse(" priority ( ageing = 30s ) "));
        assertInstanceOf(FifoPolicy.class, Policies.parse("fifo()"));
    }

    @Test
    void an_unknown_name_is_told_the_known_ones() {
        assertEquals("there is no policy \"sjf\"; known are: " + String.join(", ", Policies.names()), message("sjf"));
    }

    @Test
    void an_unknown_parameter_is_told_the_known_ones() {
        assertEquals("policy fifo has no parameter \"ageing\"; it takes none", message("fifo(ageing=1s)"));
        assertEquals("policy lifo has no parameter \"x\"; it takes none", message("lifo(x=1)"));
        assertEquals("policy priority has no parameter \"agein\"; known are: ageing", message("priority(agein=1s)"));
    }

    @Test
    void an_unusable_value_is_named_with_its_parameter() {
        assertEquals(
                "parameter \"ageing\": \"soon\" is not a duration; write a whole number and a unit, such as 500ms,"
                        + " 30s, 2m or 1h",
                message("priority(ageing=soon)"));
        assertEquals("ageing must be positive, was PT0S", message("priority(ageing=0s)"));
    }

    @Test
    void a_malformed_expression_is_told_the_column() {
        assertEquals("policy \"\": expected the name of a policy at column 1", message(""));
        assertEquals("policy \"(\": expected the name of a policy at column 1", message("("));
        assertEquals("policy \"fifo lifo\": expected the end at column 6", message("fifo lifo"));
        assertEquals("policy \"fifo)\": expected the end at column 5", message("fifo)"));
        assertEquals("policy \"fifo(\": expected the name of a parameter at column 6", message("fifo("));
        assertEquals("policy \"fifo(a)\": expected \"=\" at column 7", message("fifo(a)"));
        assertEquals("policy \"fifo(a=)\": expected a value at column 8", message("fifo(a=)"));
        assertEquals("policy \"fifo(a=1\": expected \",\" or \")\" at column 9", message("fifo(a=1"));
        assertEquals("policy \"fifo(a=1 b=2)\": expected \",\" or \")\" at column 10", message("fifo(a=1 b=2)"));
        assertEquals("policy \"fifo(a=1,)\": expected the name of a parameter at column 10", message("fifo(a=1,)"));
        assertEquals(
                "policy \"f(a=1, a=2)\": parameter \"a\" is given twice, again at column 8", message("f(a=1, a=2)"));
    }

    private static String message(String expression) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Policies.parse(expression))
                .getMessage());
    }
}
