package dev.anteroom.expression;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @Test
    void a_duration_is_a_whole_number_and_a_unit() {
        assertEquals(Duration.ofMillis(500), Durations.parse("500ms"));
        assertEquals(Duration.ofSeconds(30), Durations.parse("30s"));
        assertEquals(Duration.ofMinutes(2), Durations.parse("2m"));
        assertEquals(Duration.ofHours(1), Durations.parse("1h"));
        assertEquals(Duration.ZERO, Durations.parse("0s"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "1 s", " 1s", "1S", "1d", "1s30ms"})
    void any_other_text_is_quoted_with_valid_examples(String text) {
        assertEquals(
                "\"" + text + "\" is not a duration; write a whole number and a unit, such as 500ms, 30s, 2m or 1h",
                message(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"99999999999999999999s", "9223372036854775807h", "2562048h"})
    void what_does_not_fit_in_nanoseconds_is_too_long(String text) {
        assertEquals("\"" + text + "\" is too long a duration; the longest is 2562047h", message(text));
    }

    @Test
    void the_longest_duration_is_the_one_in_the_message() {
        assertEquals(Duration.ofHours(2562047), Durations.parse("2562047h"));
    }

    @Test
    void any_duration_converts_to_saturated_nanoseconds() {
        long most = Long.MAX_VALUE / 2;
        assertEquals(1, Durations.saturatedNanos(Duration.ofNanos(1)));
        assertEquals(most, Durations.saturatedNanos(Duration.ofNanos(most)));
        assertEquals(most, Durations.saturatedNanos(Duration.ofNanos(most).plusNanos(1)));
        assertEquals(most, Durations.saturatedNanos(Duration.ofSeconds(Long.MAX_VALUE)));
        assertEquals(-most, Durations.saturatedNanos(Duration.ofSeconds(Long.MIN_VALUE)));
    }

    private static String message(String text) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, () -> Durations.parse(text))
                .getMessage());
    }
}
