package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A policy with very many waiters, and the processor time that it takes for each. A policy that searches through all
 * waiters takes fifty times as long for each of fifty times as many; one that does not takes hardly longer. A machine
 * under load slows both down, and a compiler or a collector may slow down one of them, so only a policy that takes too
 * long in each of three attempts fails.
 */
final class PolicyEffort {
    /** How many wait; {@code -Danteroom.waiters=1000000} has a million. */
    private static final int MANY = Integer.getInteger("anteroom.waiters", 100_000);

    /** So many times fewer wait in the trial that the large one is compared with. */
    private static final int SCALE = 50;

    /** How much longer each may take among very many waiters: caches miss, and trees are deeper. */
    private static final int GROWTH = 10;

    private static final int ATTEMPTS = 3;

    /** Never too long, whatever the small trial took. */
    private static final long ALWAYS_FINE_NANOS = 10_000;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final SchedulingPolicy policy;
    private final int count;
    private final int sources;
    private final long maxNanosEach;
    private final ManualClock clock = new ManualClock();
    private final Waiters waiters = new Waiters(clock);
    private final Set<Admission> held = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Admission[] all;
    private long begin;
    private long longestNanos;

    private PolicyEffort(SchedulingPolicy policy, int count, int sources, long maxNanosEach) {
        this.policy = policy;
        this.count = count;
        this.sources = sources;
        this.maxNanosEach = maxNanosEach;
        all = arrive(count, 0);
        begin();
        for (int i = 0; i < count; i++) {
            enqueue(all[i]);
            check(i);
        }
        check(0);
    }

    /** Tries work with many waiters for each source, and with many sources that have one each. */
    static void measure(Supplier<SchedulingPolicy> policies, Consumer<PolicyEffort> work) {
        measure(policies, MANY, 200, work);
        measure(policies, MANY * 2 / 5, MANY * 2 / 5, work);
    }

    private static void measure(
            Supplier<SchedulingPolicy> policies, int count, int sources, Consumer<PolicyEffort> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                attempt(policies, count, sources, work);
                return;
            } catch (TookTooLong e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void attempt(
            Supplier<SchedulingPolicy> policies, int count, int sources, Consumer<PolicyEffort> work) {
        int few = count / SCALE;
        PolicyEffort small = new PolicyEffort(policies.get(), few, Math.min(few, sources), Long.MAX_VALUE / count);
        work.accept(small);
        long maxNanosEach = Math.max(ALWAYS_FINE_NANOS, GROWTH * small.longestNanos / few);
        work.accept(new PolicyEffort(policies.get(), count, sources, maxNanosEach));
    }

    /** Removes all, in no order. */
    void removeAll() {
        begin();
        for (int i = 0; i < count; i++) {
            // The stride and the number have no common divisor: everyone once, from everywhere.
            assertTrue(policy.remove(all[(int) (i * 166_667L % count)]));
            check(i);
        }
        check(0);
        assertNull(policy.dequeue(now(), shed -> {}));
    }

    /** Newcomers displace for as long as they may; then all are given out, if any were displaced. */
    void displace() {
        Admission[] newcomers = arrive(count / 2, sources);
        int displacements = 0;
        begin();
        for (int i = 0; i < newcomers.length; i++) {
            Admission displaced = policy.displace(newcomers[i], now());
            if (displaced != null) {
                displacements++;
                forget(displaced);
                enqueue(newcomers[i]);
            }
            check(i);
        }
        check(0);
        if (displacements > 0) {
            giveOutAll();
        }
    }

    /** Gives out all; as many as may be are served at once. */
    void giveOutAll() {
        begin();
        Deque<Admission> served = new ArrayDeque<>();
        while (!held.isEmpty()) {
            int before = held.size();
            Admission next = policy.dequeue(now(), this::forget);
            if (next != null) {
                forget(next);
                served.add(next);
            } else if (policy.tracksServed() && !served.isEmpty()) {
                releaseAll(served);
                before++;
            }
            int most = before;
            assertTrue(held.size() < most, () -> "gave out nobody of " + most);
            check(most);
        }
        check(0);
        releaseAll(served);
        assertNull(policy.dequeue(now(), shed -> {}));
    }

    private Admission[] arrive(int many, int firstSource) {
        Admission[] newcomers = new Admission[many];
        for (int i = 0; i < many; i++) {
            newcomers[i] = waiters.arrive(i % 5, firstSource + i % sources);
        }
        return newcomers;
    }

    private void enqueue(Admission newcomer) {
        policy.enqueue(newcomer, now());
        held.add(newcomer);
    }

    private void releaseAll(Deque<Admission> served) {
        for (@Nullable Admission leaver = served.poll(); leaver != null; leaver = served.poll()) {
            if (policy.tracksServed()) {
                policy.released(leaver, now());
            }
        }
    }

    private void forget(Admission waiter) {
        assertTrue(held.remove(waiter), () -> "gave out, shed or displaced " + waiter + ", which it does not have");
        assertFalse(policy.remove(waiter), () -> "gave out, shed or displaced " + waiter + ", and has it still");
    }

    private long now() {
        return clock.nanoTime();
    }

    private void begin() {
        begin = THREADS.getCurrentThreadCpuTime();
    }

    private void check(int done) {
        if (done % 100 == 0) {
            long spent = THREADS.getCurrentThreadCpuTime() - begin;
            longestNanos = Math.max(longestNanos, spent);
            if (spent >= count * maxNanosEach) {
                throw new TookTooLong(
                        done + " of " + count + " took " + spent + " ns; at most " + maxNanosEach + " ns each");
            }
        }
    }

    private static final class TookTooLong extends AssertionError {
        private TookTooLong(String message) {
            super(message);
        }
    }
}
