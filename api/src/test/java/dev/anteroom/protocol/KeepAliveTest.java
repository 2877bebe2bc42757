package dev.anteroom.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeepAliveTest {
    @Test
    void it_is_on_unless_turned_off() {
        assertTrue(TransportOptions.defaults().keepAlive().isOn());
        assertFalse(TransportOptions.defaults()
                .withKeepAlive(KeepAlive.OFF)
                .keepAlive()
                .isOn());
    }

    @Test
    void the_kernel_is_told_whole_seconds_rounded_up() {
        KeepAlive keepAlive = new KeepAlive(Duration.ofMillis(1_001), Duration.ofSeconds(32_767), 1);
        assertEquals(2, keepAlive.idleSeconds());
        assertEquals(32_767, keepAlive.intervalSeconds());
    }

    @ParameterizedTest
    @CsvSource({
        "PT0.999S, PT1S, 1, 'idle must be from 1 s to 32767 s, was PT0.999S'",
        "PT1S, PT0S, 1, 'interval must be from 1 s to 32767 s, was PT0S'",
        "PT1S, PT32767.5S, 1, 'interval must be from 1 s to 32767 s, was PT9H6M7.5S'",
        "PT1S, PT1S, 0, 'probes must be from 1 to 127, was 0'",
        "PT1S, PT1S, 128, 'probes must be from 1 to 127, was 128'",
        "PT0S, PT0S, 1, 'idle must be from 1 s to 32767 s, was PT0S'",
    })
    void values_that_the_kernel_would_reject_are_refused(
            Duration idle, Duration interval, int probes, String complaint) {
        assertEquals(
                complaint,
                assertThrows(IllegalArgumentException.class, () -> new KeepAlive(idle, interval, probes))
                        .getMessage());
    }
}
