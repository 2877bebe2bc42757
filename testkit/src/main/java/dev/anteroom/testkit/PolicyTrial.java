package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Calls a policy as a gate would, and checks each answer: against the contract, and against a model if there is one. */
final class PolicyTrial {
    /** What a gate does to its policy. */
    sealed interface Step {}

    record Enqueue(int priorityClass, int source) implements Step {}

    record Dequeue() implements Step {}

    record Remove(int index) implements Step {}

    record RemoveTwin(int index) implements Step {}

    record Displace(int priorityClass, int source) implements Step {}

    record Release(int index) implements Step {}

    record Pass(Duration time) implements Step {}

    static Step randomStep(Random random) {
        return switch (random.nextInt(10)) {
            case 0, 1, 2 -> new Enqueue(random.nextInt(5), random.nextInt(4));
            case 3, 4 -> new Dequeue();
            case 5 -> new Remove(random.nextInt(100));
            case 6 -> new RemoveTwin(random.nextInt(100));
            case 7 -> new Displace(random.nextInt(5), random.nextInt(4));
            case 8 -> new Release(random.nextInt(100));
            default -> new Pass(Duration.ofMillis(random.nextInt(100)));
        };
    }

    private final SchedulingPolicy policy;
    private final @Nullable SchedulingPolicy model;
    private final ManualClock clock = new ManualClock();
    private final Waiters waiters = new Waiters(clock);
    private final Waiters strangers = new Waiters(clock);

    private final Map<Admission, Admission> twinOf = new HashMap<>();
    private final List<Admission> held = new ArrayList<>();
    private final List<Admission> served = new ArrayList<>();

    PolicyTrial(SchedulingPolicy policy, @Nullable SchedulingPolicy model) {
        this.policy = policy;
        this.model = model;
    }

    void run(List<? extends Step> steps) {
        steps.forEach(this::run);
        finish();
    }

    private void run(Step step) {
        if (step instanceof Enqueue enqueue) {
            enqueue(enqueue.priorityClass, enqueue.source);
        } else if (step instanceof Dequeue) {
            dequeue();
        } else if (step instanceof Remove remove && !held.isEmpty()) {
            remove(remove.index % held.size());
        } else if (step instanceof RemoveTwin twin && !held.isEmpty()) {
            removeTwin(twin.index % held.size());
        } else if (step instanceof Displace displace && !held.isEmpty()) {
            displace(displace.priorityClass, displace.source);
        } else if (step instanceof Release release && !served.isEmpty()) {
            release(release.index % served.size());
        } else if (step instanceof Pass pass) {
            clock.advance(pass.time);
        }
    }

    /** Whoever is still held comes out in the end. */
    void finish() {
        while (!held.isEmpty()) {
            while (!served.isEmpty()) {
                release(0);
            }
            int before = held.size();
            dequeue();
            assertTrue(held.size() < before, () -> "nobody is served, and yet these stay: " + held);
        }
        assertNull(dequeue());
    }

    Admission enqueue(int priorityClass, int source) {
        return enqueue(arrive(priorityClass, source));
    }

    private Admission arrive(int priorityClass, int source) {
        Admission newcomer = waiters.arrive(priorityClass, source);
        twinOf.put(newcomer, strangers.arrive(priorityClass, source));
        return newcomer;
    }

    private Admission enqueue(Admission newcomer) {
        policy.enqueue(newcomer, clock.nanoTime());
        if (model != null) {
            model.enqueue(newcomer, clock.nanoTime());
        }
        held.add(newcomer);
        return newcomer;
    }

    @Nullable
    Admission dequeue() {
        List<Admission> shed = new ArrayList<>();
        Admission next = policy.dequeue(clock.nanoTime(), shed::add);
        if (model != null) {
            List<Admission> expectedShed = new ArrayList<>();
            assertSame(model.dequeue(clock.nanoTime(), expectedShed::add), next, "given out");
            assertEquals(expectedShed, shed, "shed");
        }
        for (Admission given : shed) {
            forget(given, "shed");
        }
        if (next != null) {
            forget(next, "gave out");
            served.add(next);
        } else {
            assertTrue(held.isEmpty() || policy.tracksServed(), () -> "gave out nobody, but holds " + held);
        }
        return next;
    }

    void remove(int index) {
        Admission waiter = held.get(index);
        assertTrue(policy.remove(waiter), () -> "did not remove " + waiter + ", which it holds");
        if (model != null) {
            model.remove(waiter);
        }
        forget(waiter, "removed");
        assertFalse(policy.remove(waiter), () -> "removed " + waiter + " twice");
    }

    /** One of another gate, whose class, source, arrival and number are the same. */
    void removeTwin(int index) {
        Admission stranger = Objects.requireNonNull(twinOf.get(held.get(index)));
        assertFalse(policy.remove(stranger), () -> "removed " + stranger + ", which waits at another gate");
    }

    @Nullable
    Admission displace(int priorityClass, int source) {
        Admission newcomer = arrive(priorityClass, source);
        Admission displaced = policy.displace(newcomer, clock.nanoTime());
        if (model != null) {
            assertSame(model.displace(newcomer, clock.nanoTime()), displaced, () -> "displaced for " + newcomer);
        }
        if (displaced != null) {
            forget(displaced, "displaced");
            enqueue(newcomer);
        }
        return displaced;
    }

    /** Shows everyone held, each once. */
    void preview() {
        Iterator<Admission> order = policy.preview(clock.nanoTime());
        if (order != null) {
            List<Admission> shown = new ArrayList<>();
            order.forEachRemaining(shown::add);
            assertEquals(held.size(), shown.size(), () -> "shows " + shown + ", holds " + held);
            assertTrue(shown.containsAll(held), () -> "shows " + shown + ", holds " + held);
        }
    }

    private void release(int index) {
        Admission leaver = served.remove(index);
        if (policy.tracksServed()) {
            policy.released(leaver, clock.nanoTime());
            if (model != null) {
                model.released(leaver, clock.nanoTime());
            }
        }
    }

    private void forget(Admission waiter, String done) {
        assertTrue(held.remove(waiter), () -> done + " " + waiter + ", whom it does not hold");
    }

    List<Admission> held() {
        return held;
    }
}
