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
    void a_policy_has_the_name_that_it_is_found_by() {
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
    void policies_inside_others_may_have_a_label() {
        assertInstanceOf(
                ClassPriorityPolicy.class,
                Policies.parse("priority(0: fifo, default: fair(adaptive-lifo(target=5ms)))"));
        assertInstanceOf(FairPolicy.class, Policies.parse("fair(cap=3, lifo())"));
        assertInstanceOf(FairPolicy.class, Policies.parse("fair(weight.0=3,cap.default=40 , 0 : fifo,default:edf)"));
    }

    @Test
    void an_unknown_name_is_reported_with_the_known_ones() {
        String known = "known are: " + String.join(", ", Policies.names());
        assertFault("sjf", 1, "there is no policy \"sjf\"; " + known);
        assertFault("fair( sjf )", 7, "there is no policy \"sjf\"; " + known);
        assertFault("priority(0: fifo, default: fair(x))", 33, "there is no policy \"x\"; " + known);
    }

    @Test
    void an_unknown_parameter_is_reported_with_the_known_ones() {
        assertFault("fifo(ageing=1s)", 1, "policy fifo has no parameter \"ageing\"; it takes none");
        assertFault("fair(lifo(x=1))", 6, "policy lifo has no parameter \"x\"; it takes none");
        assertFault(
                "priority(agein=1s)", 1, "policy priority has no parameter \"agein\"; known are: ageing, offset.CLASS");
        assertFault(
                "priority(weight.0=1, 0: fifo)",
                1,
                "policy priority has no parameter \"weight.0\"; known are: cap.CLASS and reserve.CLASS of the classes"
                        + " that have a policy inside, and of default");
    }

    @Test
    void an_unusable_value_is_reported_with_its_parameter() {
        assertFault(
                "fair(priority(ageing=soon))",
                6,
                "parameter \"ageing\": \"soon\" is not a duration; write a whole number and a unit, such as 500ms,"
                        + " 30s, 2m or 1h");
        assertFault("priority(ageing=0s)", 1, "ageing must be positive, was PT0S");
        assertFault("fair(cap=0)", 1, "parameter \"cap\": \"0\" is not a whole number from 1 to 999999999");
        assertFault("priority(cap.0=1, reserve.0=2, 0: fifo)", 1, "reserve must be at most the cap, 1, was 2");
    }

    @Test
    void policies_inside_are_refused_where_they_make_no_sense() {
        assertFault("fifo(lifo)", 1, "policy fifo takes no policy inside");
        assertFault(
                "priority(lifo)",
                1,
                "policy priority wants the number of a class, or default, before each policy inside, such as 0: fifo;"
                        + " was \"\"");
        assertFault(
                "priority(1: lifo, 0: fifo)",
                1,
                "policy priority wants the more urgent classes first; 0 comes after 1");
    }

    @Test
    void a_malformed_expression_is_reported_with_its_column() {
        assertFault("", 1, "expected the name of a policy");
        assertFault("(", 1, "expected the name of a policy");
        assertFault("fifo lifo", 6, "expected the end");
        assertFault("fifo)", 5, "expected the end");
        assertFault("fifo(", 6, "expected a parameter or a policy");
        assertFault("fifo(a=)", 8, "expected a value");
        assertFault("fifo(a=1", 9, "expected \",\" or \")\"");
        assertFault("fifo(a=1 b=2)", 10, "expected \",\" or \")\"");
        assertFault("fifo(a=1,)", 10, "expected a parameter or a policy");
        assertFault("fair(0:)", 8, "expected the name of a policy");
        assertFault("fair(0: lifo", 13, "expected \",\" or \")\"");
    }

    @Test
    void a_duplicate_is_reported_with_its_column() {
        assertFault("f(a=1, a=2)", 8, "parameter \"a\" is given twice");
        assertFault("f(0: fifo, 0: lifo)", 12, "label \"0\" is given twice");
        assertFault("f(fifo, lifo)", 9, "a policy without a label is given twice");
    }

    @Test
    void nesting_of_policies_is_limited() {
        assertInstanceOf(FairPolicy.class, Policies.parse("fair(".repeat(15) + "fifo" + ")".repeat(15)));
        assertFault("fair(".repeat(100_000), 81, "nesting is limited to a depth of 16");
    }

    private static void assertFault(String expression, int column, String what) {
        IllegalArgumentException fault = assertThrows(IllegalArgumentException.class, () -> Policies.parse(expression));
        assertEquals("policy \"" + expression + "\", column " + column + ": " + what, fault.getMessage());
    }
}
