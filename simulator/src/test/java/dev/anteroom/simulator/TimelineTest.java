package dev.anteroom.simulator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final Timeline timeline = new Timeline();
    private final List<Long> happened = new ArrayList<>();

    private final class Note extends Timeline.Event {
        @Override
        void happen() {
            happened.add(timeline.nanoTime());
        }
    }

    @Test
    void events_happen_in_order_of_time_unless_cancelled() {
        SplittableRandom random = new SplittableRandom(1);
        List<Long> expected = new ArrayList<>();
        List<Timeline.Event> cancelled = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            long delay = random.nextLong(1_000_000);
            Timeline.Event event = new Note();
            timeline.add(delay, event);
            if (random.nextInt(3) == 0) {
                cancelled.add(event);
            } else {
                expected.add(delay);
            }
        }
        cancelled.forEach(timeline::remove);
        timeline.runToTheEnd();
        assertEquals(expected.stream().sorted().toList(), happened);
    }

    @Test
    void an_event_does_not_happen_early() {
        timeline.add(5, new Note());
        timeline.add(6, new Note());
        timeline.runUntil(5);
        assertEquals(List.of(5L), happened);
    }
}
