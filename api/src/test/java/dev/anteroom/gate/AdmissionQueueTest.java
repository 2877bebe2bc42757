package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionQueueTest {
    private final AdmissionGate gate = AdmissionGate.builder().limit(1).build();
    private final AdmissionQueue queue = new AdmissionQueue();

    @Test
    void both_ends_can_be_taken() {
        Admission a = added();
        Admission b = added();
        Admission c = added();
        assertSame(a, queue.peekFirst());
        assertSame(c, queue.peekLast());
        assertSame(c, queue.pollLast());
        assertSame(a, queue.pollFirst());
        assertSame(b, queue.pollFirst());
        assertNull(queue.pollFirst());
        assertNull(queue.pollLast());
        assertTrue(queue.isEmpty());
    }

    @Test
    void an_admission_is_in_one_queue_at_most() {
        Admission a = added();
        AdmissionQueue other = new AdmissionQueue();
        assertThrows(IllegalStateException.class, () -> queue.addLast(a));
        assertThrows(IllegalStateException.class, () -> other.addLast(a));
        assertFalse(other.remove(a));
        assertTrue(queue.remove(a));
        assertFalse(queue.remove(a));
        other.addLast(a);
        assertEquals(1, other.size());
    }

    @Test
    void it_behaves_like_a_deque_under_random_operations() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Deque<Admission> model = new ArrayDeque<>();
        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(5)) {
                case 0, 1 -> model.addLast(added());
                case 2 -> assertSame(model.pollFirst(), queue.pollFirst(), () -> "seed " + seed);
                case 3 -> assertSame(model.pollLast(), queue.pollLast(), () -> "seed " + seed);
                default -> removeSomewhere(model, random);
            }
            assertEquals(model.size(), queue.size(), () -> "seed " + seed);
            assertSame(model.peekFirst(), queue.peekFirst(), () -> "seed " + seed);
            assertSame(model.peekLast(), queue.peekLast(), () -> "seed " + seed);
        }
    }

    private void removeSomewhere(Deque<Admission> model, Random random) {
        model.stream()
                .skip(model.isEmpty() ? 0 : random.nextInt(model.size()))
                .findFirst()
                .ifPresent(victim -> {
                    model.remove(victim);
                    assertTrue(queue.remove(victim));
                });
    }

    private Admission added() {
        Admission admission = new Admission(
                gate, new InetSocketAddress("127.0.0.1", 1), "key", 0, Runnable::run, new AdmissionCallback() {
                    @Override
                    public void admitted(Admission admission) {}

                    @Override
                    public void turnedAway(Admission admission) {}
                });
        queue.addLast(admission);
        return admission;
    }
}
