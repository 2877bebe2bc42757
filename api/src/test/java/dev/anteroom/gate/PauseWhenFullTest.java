package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An acceptor in front of a gate with one slot and eight waiting places. */
class PauseWhenFullTest {
    private static final Logger LOGGER = Logger.getLogger(AdmissionGate.class.getName());

    private final AdmissionGate gate =
            AdmissionGate.builder().limit(1).maxWaiting(8).build();
    private final Deque<Admission> waiters = new ArrayDeque<>();
    private final Tap tap = new Tap();

    @Test
    void an_acceptor_is_paused_when_the_last_place_is_taken() {
        gate.pauseWhenFull(tap);
        fill(7);
        assertFalse(tap.paused);
        fill(1);
        assertTrue(tap.paused);
    }

    @Test
    void an_acceptor_resumes_when_a_quarter_of_the_places_are_free() {
        gate.pauseWhenFull(tap);
        fill(8);
        waiters.remove().leave();
        assertTrue(tap.paused);
        waiters.remove().leave();
        assertFalse(tap.paused);
        assertEquals(List.of("pause", "resume"), tap.heard);
    }

    @Test
    void a_room_with_one_place_is_full_with_one_and_free_with_none() {
        AdmissionGate small = AdmissionGate.builder().limit(1).maxWaiting(1).build();
        small.pauseWhenFull(tap);
        enter(small);
        Admission waiter = enter(small);
        assertTrue(tap.paused);
        waiter.leave();
        assertFalse(tap.paused);
    }

    @Test
    void latecomers_are_taken_in() {
        gate.pauseWhenFull(tap);
        fill(20);
        assertEquals(20, gate.snapshot().waiting());
        assertEquals(0, gate.snapshot().refused());
        assertEquals(List.of("pause"), tap.heard);
    }

    @Test
    void latecomers_are_bounded() {
        gate.pauseWhenFull(tap);
        fill(8 + 4_096);
        assertEquals(Admission.Decision.REFUSED, enter(gate).decision());
    }

    @Test
    void raising_the_limit_makes_room() {
        gate.pauseWhenFull(tap);
        fill(8);
        gate.limit(2);
        assertTrue(tap.paused);
        gate.limit(3);
        assertFalse(tap.paused);
    }

    @Test
    void with_a_lowered_limit_the_room_stays_full_for_longer() {
        gate.limit(4);
        gate.pauseWhenFull(tap);
        List<Admission> served =
                IntStream.range(0, 4).mapToObj(i -> enter(gate)).toList();
        IntStream.range(0, 8).forEach(i -> enter(gate));
        gate.limit(1);
        served.subList(0, 3).forEach(Admission::leave);
        assertTrue(tap.paused);
        assertEquals(8, gate.snapshot().waiting());
    }

    @Test
    void an_acceptor_that_comes_to_a_full_room_is_paused_at_once() {
        AdmissionGate full = AdmissionGate.builder().limit(1).maxWaiting(1).build();
        enter(full);
        enter(full);
        full.pauseWhenFull(tap);
        assertTrue(tap.paused);
    }

    @Test
    void an_acceptor_that_is_let_go_resumes_and_hears_nothing_more() {
        Acceptor.Control hold = gate.pauseWhenFull(tap);
        fill(8);
        hold.close();
        hold.close();
        waiters.remove().leave();
        fill(1);
        assertEquals(List.of("pause", "resume"), tap.heard);
        assertEquals(Admission.Decision.REFUSED, enter(gate).decision());
    }

    @Test
    void closing_the_gate_resumes_its_acceptors() {
        gate.pauseWhenFull(tap);
        fill(8);
        gate.close();
        assertFalse(tap.paused);
        assertEquals(Admission.Decision.REFUSED, enter(gate).decision());
    }

    @Test
    void an_acceptor_that_throws_stops_neither_gate_nor_other_acceptors() {
        gate.pauseWhenFull(new Acceptor() {
            @Override
            public void pause() {
                throw new IllegalStateException("made to fail");
            }

            @Override
            public void resume() {
                throw new IllegalStateException("made to fail");
            }
        });
        gate.pauseWhenFull(tap);
        LOGGER.setLevel(Level.OFF);
        try {
            fill(8);
            gate.close();
        } finally {
            LOGGER.setLevel(null);
        }
        assertEquals(List.of("pause", "resume"), tap.heard);
    }

    @Test
    void an_acceptor_that_empties_the_room_in_pause_is_resumed() {
        gate.pauseWhenFull(new Acceptor() {
            @Override
            public void pause() {
                tap.pause();
                waiters.forEach(Admission::leave);
            }

            @Override
            public void resume() {
                tap.resume();
            }
        });
        fill(8);
        assertEquals(List.of("pause", "resume"), tap.heard);
    }

    @Test
    void a_gate_without_waiting_places_rejects_acceptors() {
        AdmissionGate none = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var e = assertThrows(IllegalStateException.class, () -> none.pauseWhenFull(tap));
        assertEquals("maxWaiting must be at least 1 to hold newcomers back, was 0", e.getMessage());
    }

    /**
     * If the thread that fills the room told the acceptor after the thread that empties it, the acceptor would stay
     * paused for ever.
     */
    @Test
    void racing_threads_leave_the_acceptor_in_the_current_state() throws InterruptedException {
        gate.pauseWhenFull(tap);
        enter(gate);
        for (int round = 0; round < 200; round++) {
            List<Thread> threads = IntStream.range(0, 4)
                    .mapToObj(i -> new Thread(() -> {
                        for (int j = 0; j < 20; j++) {
                            List<Admission> mine = IntStream.range(
                                            0, ThreadLocalRandom.current().nextInt(6))
                                    .mapToObj(k -> enter(gate))
                                    .toList();
                            mine.forEach(Admission::leave);
                        }
                    }))
                    .toList();
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            assertFalse(tap.paused, "round " + round);
        }
    }

    private void fill(int count) {
        if (gate.snapshot().active() == 0) {
            enter(gate);
        }
        IntStream.range(0, count).forEach(i -> waiters.add(enter(gate)));
    }

    private static Admission enter(AdmissionGate gate) {
        return gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    private static final class Tap implements Acceptor {
        final List<String> heard = new ArrayList<>();
        volatile boolean paused;

        @Override
        public void pause() {
            paused = true;
            heard.add("pause");
        }

        @Override
        public void resume() {
            paused = false;
            heard.add("resume");
        }
    }
}
