package dev.anteroom.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anteroom.gate.AdmissionGate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "50",
                "ramp(max=50)",
                "ramp( min = 5, max=50, over=30s, full=200, failures=5 )",
                "adaptive",
                "adaptive(min=10, max=500)",
                "adaptive(goodput)",
                "adaptive(gradient2, min=10, max=500)",
                "adaptive(gradient2(tolerance=1.2, smoothing=1, queue=2))",
                "adaptive(vegas(alpha=2, beta=4), window=100ms, probe=0s)",
                "adaptive(aimd(timeout=250ms, backoff=0.5))"
            })
    void the_name_of_a_rule_is_what_was_written(String text) {
        AdmissionGate gate =
                AdmissionGate.builder().limit(Limits.parse(" " + text + " ")).build();
        assertEquals(text, gate.limitRule() == null ? "" : gate.limitRule().name());
    }

    @Test
    void a_number_sets_the_limit() {
        assertEquals(
                50, AdmissionGate.builder().limit(Limits.parse("50")).build().limit());
    }

    @Test
    void a_running_gate_starts_from_its_limit_within_the_range() {
        AdmissionGate gate = AdmissionGate.builder().limit(60).build();
        gate.limit(Limits.parse("adaptive(gradient2, min=10, max=500)"));
        assertEquals(60, gate.limit());
        gate.limit(Limits.parse("adaptive(gradient2, min=10, max=50)"));
        assertEquals(50, gate.limit());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ''                                 | 1  | expected the name of a limit
            0                                  | 1  | "0" is no limit; write a whole number from 1 to 1048575, ramp(max=N, over=DURATION) or adaptive(min=N, max=N)
            1048576                            | 1  | "1048576" is no limit; write a whole number from 1 to 1048575, ramp(max=N, over=DURATION) or adaptive(min=N, max=N)
            fast(max=5)                        | 1  | "fast" is no limit; write a whole number from 1 to 1048575, ramp(max=N, over=DURATION) or adaptive(min=N, max=N)
            5(x)                               | 1  | limit 5 takes nothing inside
            ramp(max=x)                        | 1  | parameter "max": "x" is not a whole number from 1 to 999999999
            ramp(min=5, max=4)                 | 1  | min and max must be from 1 to 1048575, and min no more than max; were 5 and 4
            ramp(over=0s)                      | 1  | over must be positive, was PT0S
            ramp(most=4)                       | 1  | limit ramp has no parameter "most"; known are: min, max, over, full, failures
            ramp(vegas)                        | 1  | limit ramp takes nothing inside
            adaptive(goodput(queue=4))         | 10 | algorithm goodput has no parameter "queue"; it takes none
            adaptive(min=10                    | 16 | expected "," or ")"
            adaptive(min=10, gradient)         | 18 | there is no algorithm "gradient"; known are: goodput, gradient2, vegas, aimd
            adaptive(gradient2(tolerance=0.5)) | 10 | parameter "tolerance": "0.5" is not a number from 1.0 to 10.0
            adaptive(vegas(gamma=1))           | 10 | algorithm vegas has no parameter "gamma"; known are: alpha, beta
            adaptive(aimd(vegas))              | 10 | algorithm aimd takes nothing inside
            adaptive(vegas, window=50ms)       | 1  | window must be at least 100ms, was 50ms
            adaptive(vegas, a: aimd)           | 1  | limit adaptive takes no more than one algorithm inside: goodput, gradient2, vegas, aimd
            """)
    void an_error_names_its_column(String text, int column, String what) {
        IllegalArgumentException fault = assertThrows(IllegalArgumentException.class, () -> Limits.parse(text));
        assertEquals("limit \"" + text + "\", column " + column + ": " + what, fault.getMessage());
    }
}
