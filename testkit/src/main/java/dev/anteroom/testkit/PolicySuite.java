package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link SchedulingPolicy}, promise by promise. A policy proves that it keeps the contract by extending
 * this suite:
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
    /** The tag of the tests that compare the effort for very many waiters with that for few. */
    static final String MANY_WAITERS = "many-waiters";

    /** Creates a suite. */
    protected PolicySuite() {}

    /**
     * Creates the policy under test.
     *
     * @return a new policy on each call
     */
    protected abstract SchedulingPolicy policy();

    /**
     * Creates a slow and obviously correct policy. The policy under test must give out, shed and displace the same
     * waiters. The model must not use {@link dev.anteroom.gate.AdmissionQueue}.
     *
     * @return a new policy on each call; null, unless overridden, to check only the contract
     */
    protected @Nullable SchedulingPolicy model() {
        return null;
    }

    /**
     * Whether the policy gives the same answers to the same calls, with time counted from the first call, and for a
     * waiter from its arrival. A random policy does not.
     *
     * @return false to skip the promises that need a comparison of two runs; true unless overridden
     */
    protected boolean isRepeatable() {
        return true;
    }

    /**
     * Whether each waiter is eventually given out or shed, however many waiters of other classes or sources follow it.
     * With strict priorities, less urgent waiters can starve.
     *
     * @return true to test this promise; false unless overridden
     */
    protected boolean starvesNobody() {
        return false;
    }

    @Test
    void a_new_policy_is_empty() {
        assertNotSame(policy(), policy());
        trial().enqueue(0, 0);
        assertNull(trial().dequeue());
        assertEquals(List.of(), trial().look(1));
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
    void remove_is_false_for_an_unknown_waiter() {
        Waiters waiters = new Waiters(new ManualClock());
        SchedulingPolicy policy = policy();
        Admission never = waiters.arrive(1, 1);
        assertFalse(policy.remove(never), "never taken in");
        policy.enqueue(never, never.arrivalNanos());
        Admission given = policy.dequeue(never.arrivalNanos(), shed -> {});
        assertTrue(given == null || !policy.remove(given), "given out");
    }

    @Test
    void an_equal_waiter_of_another_gate_is_not_mistaken_for_it() {
        PolicyTrial trial = trial();
        for (int i = 0; i < 5; i++) {
            trial.enqueue(i % 2, i);
        }
        for (int i = 0; i < 5; i++) {
            trial.removeTwin(i);
        }
    }

    @Test
    void a_newcomer_displaces_none_or_one_that_is_forgotten() {
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
    void a_displaced_waiter_is_forgotten_however_many_wait() {
        for (int count = 1; count < 1_200; count += 1 + count / 4) {
            PolicyTrial trial = count < 200 ? trial() : trialWithoutModel();
            trial.crowd(count);
            for (int i = 0; i < 6; i++) {
                trial.displace(i % 5, i % 4);
            }
            trial.finish();
        }
    }

    @Test
    void a_waiter_handed_over_has_waited_since_its_arrival() {
        for (long nanos = 1_000; isRepeatable() && nanos <= 100_000_000_000L; nanos *= 10) {
            Duration step = Duration.ofNanos(nanos);
            assertEquals(
                    HandOverTrial.order(policy(), step, false),
                    HandOverTrial.order(policy(), step, true),
                    () -> "order when all are enqueued late; arrivals " + step + " apart");
        }
    }

    @Test
    void a_policy_takes_over_present_waiters() {
        for (int count = 1; count < 40; count++) {
            PolicyTrial trial = trial();
            for (int i = 0; i < count; i++) {
                trial.enqueue(i % 5, i % 3);
                trial.pass(Duration.ofMillis(i));
            }
            trial.handOver();
            trial.finish();
        }
    }

    @Test
    void one_that_goes_without_being_served_gives_back_no_slot() {
        if (policy().tracksServed()) {
            ServedCountTrial counts = new ServedCountTrial(this::trial);
            for (int i = 0; i < 12; i++) {
                counts.bound(i % 5, i % 4);
            }
            if (isRepeatable()) {
                counts.visits();
            }
        }
    }

    @Test
    void no_waiter_starves_while_others_come_and_go() {
        for (int i = 0; starvesNobody() && i < 20; i++) {
            StarvationTrial.check(policy(), i % 5, i % 4);
        }
    }

    @Test
    void nothing_is_retained_of_those_that_have_gone() {
        new RetentionTrial(policy()).check(RetentionTrial::removed);
        new RetentionTrial(policy()).check(RetentionTrial::served);
        new RetentionTrial(policy()).check(RetentionTrial::displaced);
    }

    @Test
    void in_random_histories_each_waiter_ends_exactly_once() {
        RandomHistories.check(200, 200, PolicyTrial::randomStep, steps -> trial().run(steps));
    }

    @Test
    void a_gate_finds_no_fault_with_it_in_random_histories() {
        RandomHistories.check(200, 200, GateTrial::randomStep, steps -> new GateTrial(this::policy).run(steps));
    }

    @Test
    void a_preview_shows_each_waiter_once_and_changes_nothing() {
        PolicyTrial trial = trial();
        for (int i = 0; i < 20; i++) {
            trial.enqueue(i % 5, i % 3);
        }
        trial.dequeue();
        trial.remove(7);
        trial.look(Integer.MAX_VALUE);
        trial.finish();
    }

    @Test
    void a_preview_changes_nothing_however_deep_it_looks() {
        for (int depth = 0; depth <= 300; depth += 1 + depth / 10) {
            PolicyTrial trial = trialWithoutModel();
            trial.crowd(300);
            trial.dequeue();
            trial.look(depth);
            trial.look(depth);
            trial.finish();
        }
    }

    @Test
    void a_preview_shows_the_order_of_admission() {
        SchedulingPolicy policy = policy();
        Waiters waiters = new Waiters(new ManualClock());
        for (int i = 0; i < 20; i++) {
            policy.enqueue(waiters.arrive(i % 5, i % 3), 0);
        }
        Iterator<Admission> order = policy.preview(0);
        if (order == null || policy.tracksServed()) {
            return; // no preview, or the order depends on the connections that have left
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
    @Tag(MANY_WAITERS)
    void removing_one_of_many_waiters_takes_no_linear_search() {
        PolicyEffort.measure(this::policy, PolicyEffort::removeAll);
    }

    @Test
    @Tag(MANY_WAITERS)
    void admitting_one_of_many_waiters_takes_no_linear_search() {
        PolicyEffort.measure(this::policy, PolicyEffort::giveOutAll);
    }

    @Test
    @Tag(MANY_WAITERS)
    void very_many_newcomers_displace_without_a_search_through_all() {
        PolicyEffort.measure(this::policy, PolicyEffort::displace);
    }

    private PolicyTrial trial() {
        return new PolicyTrial(this::policy, this::model, isRepeatable());
    }

    /** Creates a trial with many waiters, for which a model takes too long. */
    private PolicyTrial trialWithoutModel() {
        return new PolicyTrial(this::policy, () -> null, isRepeatable());
    }
}
