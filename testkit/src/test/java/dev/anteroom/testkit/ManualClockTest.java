package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = new ManualClock();
    private final long begin = clock.nanoTime();
    private final List<Long> ran = new ArrayList<>();

    @Test
    void it_stands_still_until_advanced() {
        assertEquals(begin, clock.nanoTime());
        clock.advance(Duration.ofNanos(7));
        assertEquals(7, clock.nanoTime() - begin);
    }

    @Test
    void tasks_run_in_order_each_at_its_own_moment_and_none_before() {
        schedule(30);
        schedule(10);
        schedule(20);
        clock.advance(Duration.ofNanos(29));
        assertEquals(List.of(10L, 20L), ran);
        assertEquals(1, clock.pending());
        clock.advance(Duration.ofNanos(1));
        assertEquals(List.of(10L, 20L, 30L), ran);
    }

    @Test
    void a_task_scheduled_by_a_task_runs_in_the_same_advance() {
        clock.schedule(10, () -> schedule(5));
        clock.advance(Duration.ofNanos(20));
        assertEquals(List.of(15L), ran);
        assertEquals(20, clock.nanoTime() - begin);
    }

    @Test
    void a_task_for_the_end_of_time_is_never_due() {
        schedule(Long.MAX_VALUE);
        schedule(10);
        clock.advance(Duration.ofDays(365 * 100));
        assertEquals(List.of(10L), ran);
    }

    @Test
    void a_delay_of_nothing_breaks_the_contract() {
        assertThrows(IllegalArgumentException.class, () -> clock.schedule(0, () -> {}));
    }

    private void schedule(long delayNanos) {
        clock.schedule(delayNanos, () -> ran.add(clock.nanoTime() - begin));
    }
}
