package dev.anteroom.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.testkit.ManualClock;
import dev.anteroom.testkit.PolicySuite;
import dev.anteroom.testkit.Waiters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PriorityPolicyTest extends PolicySuite {
    private static final Comparator<Admission> URGENCY = Comparator.comparingInt(Admission::priorityClass);

    private final Waiters waiters = new Waiters(new ManualClock());
    private final SchedulingPolicy policy = policy();

    @Override
    protected SchedulingPolicy policy() {
        return new PriorityPolicy();
    }

    @Override
    protected SchedulingPolicy model() {
        return Models.priority();
    }

    @Test
    void the_most_urgent_class_goes_first_and_in_order_of_arrival() {
        Admission low = enqueued(7);
        Admission high = enqueued(0);
        Admission highToo = enqueued(0);
        Admission middle = enqueued(3);
        assertEquals(List.of(high, highToo, middle, low), drained());
    }

    @Test
    void a_more_urgent_newcomer_displaces_the_newest_least_urgent() {
        enqueued(5);
        enqueued(7);
        Admission newest = enqueued(7);
        enqueued(6);
        assertSame(newest, displacedBy(6));
    }

    @Test
    void a_newcomer_no_more_urgent_displaces_no_waiter() {
        enqueued(5);
        assertNull(displacedBy(5));
        assertNull(displacedBy(6));
    }

    @Test
    void an_operation_costs_a_logarithmic_number_of_comparisons() {
        long[] comparisons = new long[1];
        PriorityPolicy counted = new PriorityPolicy((a, b) -> {
            comparisons[0]++;
            return URGENCY.compare(a, b);
        });
        int size = 1 << 17;
        List<Admission> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(waiters.arrive(i % 5, 0));
            counted.enqueue(all.get(i), 0);
        }
        for (Admission waiter : all.subList(0, size / 2)) {
            assertTrue(counted.remove(waiter));
        }
        for (int i = 0; i < size / 2; i++) {
            counted.dequeue(0, shed -> {});
        }
        // A red-black tree is at most 2 * 17 deep; of the operations, enqueue descends once, remove twice, dequeue
        // never.
        assertTrue(comparisons[0] <= size * (34L + 34), () -> "comparisons: " + comparisons[0]);
    }

    private Admission enqueued(int priorityClass) {
        Admission waiter = waiters.arrive(priorityClass, 0);
        policy.enqueue(waiter, waiter.arrivalNanos());
        return waiter;
    }

    private @Nullable Admission displacedBy(int priorityClass) {
        Admission newcomer = waiters.arrive(priorityClass, 0);
        return policy.displace(newcomer, newcomer.arrivalNanos());
    }

    private List<Admission> drained() {
        List<Admission> all = new ArrayList<>();
        for (Admission next = policy.dequeue(0, all::add); next != null; next = policy.dequeue(0, all::add)) {
            all.add(next);
        }
        return all;
    }
}
