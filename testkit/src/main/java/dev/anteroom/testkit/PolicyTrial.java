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
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a policy as a gate would, and checks each answer against the contract, against the policy's {@linkplain
 * PolicyShadow shadow}, and against the model if there is one.
 */
final class PolicyTrial {
    /** A call that a gate makes to its policy. */
    sealed interface Step {}

    record Enqueue(int priorityClass, int source) implements Step {}

    /** Many waiters of all classes and sources arrive. */
    record Crowd(int count) implements Step {}

    record Dequeue() implements Step {}

    record Remove(int index) implements Step {}

    record RemoveTwin(int index) implements Step {}

    record Displace(int priorityClass, int source) implements Step {}

    record Release(int index) implements Step {}

    record Pass(Duration time) implements Step {}

    /** The gate previews the next waiters. */
    record Look(int most) implements Step {}

    /** A new policy replaces the old one. */
    record HandOver() implements Step {}

    /** Waiters of one kind arrive again and again, one each time another is admitted and leaves. */
    record Flood(int priorityClass, int source, int count) implements Step {}

    private static final int[] CLASSES = {
        0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 5, 10, 65_535, Integer.MAX_VALUE, -1, Integer.MIN_VALUE
    };

    static Step randomStep(Random random) {
        int source = random.nextInt(4);
        int priorityClass = CLASSES[random.nextInt(CLASSES.length)];
        return switch (random.nextInt(24)) {
            case 0, 1, 2, 3, 4, 5 -> new Enqueue(priorityClass, source);
            case 6, 7, 8, 9 -> new Dequeue();
            case 10, 11 -> new Remove(random.nextInt(100));
            case 12 -> new RemoveTwin(random.nextInt(100));
            case 13, 14 -> new Displace(priorityClass, source);
            case 15, 16 -> new Release(random.nextInt(100));
            case 17, 18 -> new Look(random.nextInt(30));
            case 19 -> random.nextInt(4) > 0 ? new Dequeue() : new Crowd(20);
            case 20 -> random.nextInt(2) > 0 ? new Dequeue() : new HandOver();
            case 21 -> random.nextInt(4) > 0 ? new Dequeue() : new Flood(priorityClass, source, 30);
            default -> new Pass(Duration.ofMillis(random.nextInt(100)));
        };
    }

    private final Supplier<SchedulingPolicy> policies;
    private final Supplier<@Nullable SchedulingPolicy> models;
    private SchedulingPolicy policy;
    private @Nullable SchedulingPolicy model;
    private final @Nullable PolicyShadow shadow;
    private final ManualClock clock = new ManualClock();
    private final Waiters waiters = new Waiters(clock);
    private final Waiters strangers = new Waiters(clock);

    private final Map<Admission, Admission> twinOf = new HashMap<>();
    private final List<Admission> held = new ArrayList<>();
    private final List<Admission> served = new ArrayList<>();

    PolicyTrial(
            Supplier<SchedulingPolicy> policies, Supplier<@Nullable SchedulingPolicy> models, boolean isRepeatable) {
        this.policies = policies;
        this.models = models;
        policy = policies.get();
        model = models.get();
        shadow = isRepeatable ? new PolicyShadow(policies) : null;
    }

    void run(List<? extends Step> steps) {
        steps.forEach(this::run);
        finish();
    }

    private void run(Step step) {
        if (step instanceof Enqueue enqueue) {
            enqueue(enqueue.priorityClass, enqueue.source);
        } else if (step instanceof Crowd crowd) {
            crowd(crowd.count);
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
        } else if (step instanceof Look look) {
            look(look.most);
        } else if (step instanceof HandOver) {
            handOver();
        } else if (step instanceof Flood flood) {
            flood(flood);
        } else if (step instanceof Pass pass) {
            pass(pass.time);
        }
    }

    /** Checks that the remaining waiters are given out in the end, in the order of the preview. */
    void finish() {
        List<Admission> shown = policy.tracksServed() ? List.of() : look(Integer.MAX_VALUE);
        List<Admission> given = new ArrayList<>();
        while (!held.isEmpty()) {
            while (!served.isEmpty()) {
                release(0);
            }
            int before = held.size();
            Admission next = dequeue();
            assertTrue(held.size() < before, () -> "nobody is served, and yet these stay: " + held);
            if (next != null && held.size() == before - 1) {
                given.add(next);
            }
        }
        assertNull(dequeue());
        assertTrue(
                shown.size() != given.size() || shown.equals(given), () -> "showed " + shown + ", gave out " + given);
    }

    void pass(Duration time) {
        clock.advance(time);
        if (shadow != null) {
            shadow.pass(time);
        }
    }

    void crowd(int count) {
        for (int i = 0; i < count; i++) {
            enqueue(i % 5, i % 3);
        }
    }

    Admission enqueue(int priorityClass, int source) {
        return enqueue(arrive(priorityClass, source));
    }

    /** Creates a waiter that the policy does not have yet. */
    Admission arrive(int priorityClass, int source) {
        Admission newcomer = waiters.arrive(priorityClass, source);
        twinOf.put(newcomer, strangers.arrive(priorityClass, source));
        if (shadow != null) {
            shadow.arrive(priorityClass, source);
        }
        return newcomer;
    }

    Admission enqueue(Admission newcomer) {
        policy.enqueue(newcomer, clock.nanoTime());
        if (model != null) {
            model.enqueue(newcomer, clock.nanoTime());
        }
        if (shadow != null) {
            shadow.enqueue(newcomer);
        }
        held.add(newcomer);
        return newcomer;
    }

    @Nullable
    Admission dequeue() {
        Shed shed = new Shed();
        Admission next = policy.dequeue(clock.nanoTime(), shed);
        shed.over = true;
        if (model != null) {
            List<Admission> expectedShed = new ArrayList<>();
            assertSame(model.dequeue(clock.nanoTime(), expectedShed::add), next, "given out");
            assertEquals(expectedShed, shed.waiters, "shed");
        }
        if (shadow != null) {
            assertEquals(shadow.dequeue(), PolicyShadow.numbers(shed.waiters, next), "shed and given out, as its like");
        }
        for (Admission given : shed.waiters) {
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
        if (shadow != null) {
            shadow.remove(waiter);
        }
        forget(waiter, "removed");
    }

    /** Tries to remove the waiter of another gate with the same class, source, arrival and number. */
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
        if (shadow != null) {
            assertEquals(shadow.displace(newcomer), displaced == null ? 0 : displaced.sequence(), "displaced");
        }
        if (displaced != null) {
            forget(displaced, "displaced");
            enqueue(newcomer);
        }
        return displaced;
    }

    /**
     * Previews the next waiters. The policy must have each of them, and must show all if there are no more than
     * requested.
     */
    List<Admission> look(int most) {
        List<Admission> shown = new ArrayList<>();
        Iterator<Admission> order = policy.preview(clock.nanoTime());
        if (order != null) {
            while (shown.size() < most && order.hasNext()) {
                shown.add(order.next());
            }
            Set<Admission> each = new HashSet<>(shown);
            each.retainAll(held);
            assertEquals(Math.min(most, held.size()), each.size(), () -> "shows " + shown + ", holds " + held);
            assertEquals(each.size(), shown.size(), () -> "shows some twice: " + shown);
        }
        return shown;
    }

    /** Replaces the policy as a gate does: the new one receives all waiters at once, long after their arrival. */
    void handOver() {
        SchedulingPolicy old = policy;
        held.forEach(waiter -> assertTrue(old.remove(waiter), () -> "did not remove " + waiter + ", which it holds"));
        served.clear();
        policy = policies.get();
        model = models.get();
        for (Admission waiter : held) {
            policy.enqueue(waiter, clock.nanoTime());
            if (model != null) {
                model.enqueue(waiter, clock.nanoTime());
            }
        }
        if (shadow != null) {
            shadow.handOver(held);
        }
    }

    private void flood(Flood flood) {
        for (int i = 0; i < flood.count; i++) {
            enqueue(flood.priorityClass, flood.source);
            Admission next = dequeue();
            if (next != null) {
                release(served.size() - 1);
            }
            pass(Duration.ofMillis(1));
        }
    }

    void release(int index) {
        Admission leaver = served.remove(index);
        if (policy.tracksServed()) {
            policy.released(leaver, clock.nanoTime());
            if (model != null) {
                model.released(leaver, clock.nanoTime());
            }
            if (shadow != null) {
                shadow.released(leaver);
            }
        }
    }

    private void forget(Admission waiter, String done) {
        assertTrue(held.remove(waiter), () -> done + " " + waiter + ", which it does not have");
        assertFalse(policy.remove(waiter), () -> done + " " + waiter + ", and still has it");
    }

    List<Admission> held() {
        return held;
    }

    List<Admission> served() {
        return served;
    }

    /** Collects the waiters that the policy sheds during a call of dequeue, and not later. */
    private static final class Shed implements Consumer<Admission> {
        final List<Admission> waiters = new ArrayList<>();
        boolean over;

        @Override
        public void accept(Admission waiter) {
            assertFalse(over, () -> "shed " + waiter + " after dequeue had returned");
            waiters.add(waiter);
        }
    }
}
