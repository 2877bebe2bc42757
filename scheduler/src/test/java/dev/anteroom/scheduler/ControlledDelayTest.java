package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ControlledDelayTest {
    private final ControlledDelay delay = new ControlledDelay(ControlledDelay.TARGET, ControlledDelay.INTERVAL);

    /** The published behavior of folly's Codel. An interval passes before the first, the second and the fourth wait. */
    @Test
    void successive_waits_are_judged_as_published() {
        assertEquals(false, isTooLong(100, 110));
        assertEquals(false, isTooLong(50, 220));
        assertEquals(true, isTooLong(50, 220));
        assertEquals(false, isTooLong(2, 330));
        assertEquals(true, isTooLong(20, 330));
    }

    @Test
    void one_short_wait_spares_the_next_interval() {
        isTooLong(100, 0);
        isTooLong(1, 50);
        isTooLong(100, 110);
        assertEquals(false, isTooLong(100, 120));
    }

    @Test
    void target_and_interval_must_be_positive() {
        assertEquals(
                "target must be positive, was PT0S",
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new ControlledDelay(Duration.ZERO, Duration.ofSeconds(1)))
                        .getMessage());
    }

    private boolean isTooLong(long waitMillis, long nowMillis) {
        return delay.isTooLong(waitMillis * 1_000_000, nowMillis * 1_000_000);
    }
}
