package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link SchedulingPolicy}, sentence by sentence, for every policy to pass:
 *
 * <pre>{@code
 * class NewestTest extends PolicySuite {
 *     @Override
 *     protected SchedulingPolicy policy() {
 *         return new Newest();
 *     }
 *
 *     @Override
 *     protected SchedulingPolicy model() {
 *         return new OrderedModel(Comparator.comparingLong(Admission::sequence).reversed());
 *     }
 * }
 * }</pre>
 */
public abstract class PolicySuite {
    /** Waiters of the tests of effort; {@code -Danteroom.waiters=1000000} has a million. */
    private static final int MANY = Integer.getInteger("anteroom.waiters", 250_000);

    /** For subclasses. */
    protected PolicySuite() {}

    /**
     * Makes the policy that is tried.
     *
     * @return a new one each time
     */
    protected abstract SchedulingPolicy policy();

    /**
     * Makes a policy that is slow and obviously right, which the one that is tried must agree with in whom it gives out,
     * sheds and displaces. It must not use {@link dev.anteroom.gate.AdmissionQueue}.
     *
     * @return a new one each time; unless overridden null, and only the contract is checked
     */
    protected @Nullable SchedulingPolicy model() {
        return null;
    }

    @Test
    void a_new_policy_holds_nobody() {
        assertNull(trial().dequeue());
        assertNotSame(policy(), policy());
    }

    @Test
    void each_waiter_is_given_out_or_shed_once() {
        PolicyTrial trial = trial();
        for (int i = 0; i < 100; i++) {
            trial.enqueue(i % 5, i % 3);
        }
        trial.finish();
    }

    @Test
    void it_goes_on_after_it_was_empty() {
        PolicyTrial trial = trial();
        for (int i = 0; i < 3; i++) {
            trial.enqueue(1, 1);
            trial.enqueue(0, 2);
            trial.finish();
        }
    }

    @Test
    void a_waiter_is_removed_from_wherever_it_is_and_then_forgotten() {
        for (int index = 0; index < 7; index++) {
            PolicyTrial trial = trial();
            for (int i = 0; i < 7; i++) {
                trial.enqueue(i % 3, i % 2);
            }
            trial.remove(index);
            trial.finish();
        }
    }

    @Test
    void the_last_waiter_can_be_removed() {
        PolicyTrial trial = trial();
        trial.enqueue(3, 0);
        trial.remove(0);
        trial.finish();
    }

    @Test
    void remove_is_false_for_whom_the_policy_does_not_hold() {
        Waiters waiters = new Waiters(new ManualClock());
        SchedulingPolicy policy = policy();
        Admission never = waiters.arrive(1, 1);
        assertFalse(policy.remove(never), "never taken in");
        policy.enqueue(never, never.arrivalNanos());
        Admission given = policy.dequeue(never.arrivalNanos(), shed -> {});
        assertTrue(given == null || !policy.remove(given), "given out");
    }

    @Test
    void the_like_of_a_waiter_from_another_gate_is_not_mistaken_for_it() {
        PolicyTrial trial = trial();
        for (int i = 0; i < 5; i++) {
            trial.enqueue(i % 2, i);
        }
        for (int i = 0; i < 5; i++) {
            trial.removeTwin(i);
        }
    }

    @Test
    void a_newcomer_displaces_nobody_or_one_that_is_then_forgotten() {
        for (int priorityClass = 0; priorityClass < 5; priorityClass++) {
            PolicyTrial trial = trial();
            for (int i = 0; i < 9; i++) {
                trial.enqueue(1 + i % 3, i % 2);
            }
            trial.displace(priorityClass, 3);
            trial.finish();
        }
    }

    @Test
    void nothing_is_lost_and_nothing_happens_twice_in_random_histories() {
        RandomHistories.check(200, 200, PolicyTrial::randomStep, steps -> trial().run(steps));
    }

    @Test
    void a_gate_finds_no_fault_with_it_in_random_histories() {
        RandomHistories.check(200, 200, GateTrial::randomStep, steps -> new GateTrial(this::policy).run(steps));
    }

    @Test
    void a_preview_shows_everyone_it_holds_once_and_changes_nothing() {
        PolicyTrial trial = trial();
        for (int i = 0; i < 20; i++) {
            trial.enqueue(i % 5, i % 3);
        }
        trial.dequeue();
        trial.remove(7);
        trial.preview();
        trial.finish();
    }

    @Test
    void a_preview_shows_them_in_the_order_in_which_they_are_given_out() {
        SchedulingPolicy policy = policy();
        Waiters waiters = new Waiters(new ManualClock());
        for (int i = 0; i < 20; i++) {
            policy.enqueue(waiters.arrive(i % 5, i % 3), 0);
        }
        Iterator<Admission> order = policy.preview(0);
        if (order == null || policy.tracksServed()) {
            return; // it does not tell, or whom it gives out depends on who has left
        }
        List<Admission> shown = new ArrayList<>();
        order.forEachRemaining(shown::add);
        List<Admission> given = new ArrayList<>();
        Admission next = policy.dequeue(0, given::add);
        while (next != null) {
            given.add(next);
            next = policy.dequeue(0, given::add);
        }
        assertEquals(given, shown);
    }

    @Test
    void its_name_is_short_and_does_not_change() {
        SchedulingPolicy policy = policy();
        String name = policy.name();
        assertTrue(name.matches("\\S(.{0,98}\\S)?"), () -> "\"" + name + "\" must be 1 to 100 characters on one line");
        policy.enqueue(new Waiters(new ManualClock()).arrive(0, 0), 0);
        assertEquals(name, policy.name());
    }

    @Test
    void it_tracks_the_served_always_or_never() {
        SchedulingPolicy policy = policy();
        boolean tracks = policy.tracksServed();
        policy.enqueue(new Waiters(new ManualClock()).arrive(0, 0), 0);
        assertEquals(tracks, policy.tracksServed());
    }

    @Test
    void each_of_very_many_waiters_is_removed_without_a_search_through_all() {
        Effort effort = new Effort();
        SchedulingPolicy policy = policy();
        Admission[] all = takeIn(policy);
        for (int i = 0; i < MANY; i++) {
            // The stride and the number have no common divisor: everyone once, from everywhere.
            assertTrue(policy.remove(all[(int) (i * 166_667L % MANY)]));
            effort.check(i);
        }
        assertNull(policy.dequeue(all[0].arrivalNanos(), shed -> {}));
    }

    @Test
    void each_of_very_many_waiters_is_given_out_without_a_search_through_all() {
        Effort effort = new Effort();
        SchedulingPolicy policy = policy();
        int[] gone = new int[1];
        long now = takeIn(policy)[0].arrivalNanos();
        while (gone[0] < MANY) {
            int before = gone[0];
            Admission next = policy.dequeue(now, shed -> gone[0]++);
            if (next != null && policy.tracksServed()) {
                policy.released(next, now);
            }
            gone[0] += next == null ? 0 : 1;
            assertTrue(gone[0] > before, () -> "gave out nobody after " + before);
            effort.check(gone[0]);
        }
        assertNull(policy.dequeue(now, shed -> {}));
    }

    @Test
    void very_many_newcomers_displace_without_a_search_through_all() {
        Effort effort = new Effort();
        SchedulingPolicy policy = policy();
        Waiters waiters = new Waiters(new ManualClock());
        takeIn(policy, waiters);
        for (int i = 0; i < MANY / 2; i++) {
            Admission newcomer = waiters.arrive(i % 5, 200 + i % 50);
            if (policy.displace(newcomer, newcomer.arrivalNanos()) != null) {
                policy.enqueue(newcomer, newcomer.arrivalNanos());
            }
            effort.check(i);
        }
    }

    private static Admission[] takeIn(SchedulingPolicy policy) {
        return takeIn(policy, new Waiters(new ManualClock()));
    }

    private static Admission[] takeIn(SchedulingPolicy policy, Waiters waiters) {
        Admission[] all = new Admission[MANY];
        for (int i = 0; i < MANY; i++) {
            all[i] = waiters.arrive(i % 5, i % 200);
            policy.enqueue(all[i], all[i].arrivalNanos());
        }
        return all;
    }

    /**
     * The processor time of a test, which the machine's other load hardly changes. A search through all waiters for each of
     * 250,000 is 16 billion steps, four seconds at the very least; without, it is a fraction of one.
     */
    private static final class Effort {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
        private static final long MAX_NANOS = MANY * 10_000L;

        private final long begin = THREADS.getCurrentThreadCpuTime();

        void check(int done) {
            if (done % 100 == 0) {
                long spent = THREADS.getCurrentThreadCpuTime() - begin;
                assertTrue(spent < MAX_NANOS, () -> done + " of " + MANY + " done in all of " + spent + " ns");
            }
        }
    }

    private PolicyTrial trial() {
        return new PolicyTrial(policy(), model());
    }
}
