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
import org.jspecify.annotations.Nullable;

/**
 * Measures the processor time that a policy needs with very many waiters; other load on the machine hardly affects it.
 * A search through all waiters for each of 250,000 takes 16 billion steps, four seconds at least; without a search, it
 * takes a fraction of a second.
 */
final class PolicyEffort {
    /** Number of waiters; {@code -Danteroom.waiters=1000000} sets a million. */
    private static final int MANY = Integer.getInteger("anteroom.waiters", 250_000);

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final long MAX_NANOS_EACH = 10_000;

    private final SchedulingPolicy policy;
    private final int count;
    private final int sources;
    private final ManualClock clock = new ManualClock();
    private final Waiters waiters = new Waiters(clock);
    private final Set<Admission> held = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Admission[] all;
    private long begin;

    private PolicyEffort(SchedulingPolicy policy, int count, int sources) {
        this.policy = policy;
        this.count = count;
        this.sources = sources;
        all = arrive(count, 0);
        begin();
        for (int i = 0; i < count; i++) {
            enqueue(all[i]);
            check(i);
        }
    }

    /** Creates a trial with many waiters for each source. */
    static PolicyEffort ofFewSources(SchedulingPolicy policy) {
        return new PolicyEffort(policy, MANY, 200);
    }

    /** Creates a trial with many sources of one waiter each. */
    static PolicyEffort ofManySources(SchedulingPolicy policy) {
        return new PolicyEffort(policy, MANY * 2 / 5, MANY * 2 / 5);
    }

    /** Removes all waiters, in no particular order. */
    void removeAll() {
        begin();
        for (int i = 0; i < count; i++) {
            // The stride and the count have no common divisor, so each index occurs once, and indices are spread over
            // the range.
            assertTrue(policy.remove(all[(int) (i * 166_667L % count)]));
            check(i);
        }
        assertNull(policy.dequeue(now(), shed -> {}));
    }

    /** Lets newcomers displace waiters while the policy agrees. Then gives out all waiters, if any were displaced. */
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
        if (displacements > 0) {
            giveOutAll();
        }
    }

    /** Gives out all waiters, with as many served at once as the policy allows. */
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
        assertFalse(policy.remove(waiter), () -> "gave out, shed or displaced " + waiter + ", and still has it");
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
            assertTrue(
                    spent < count * MAX_NANOS_EACH, () -> done + " of " + count + " done in all of " + spent + " ns");
        }
    }
}
