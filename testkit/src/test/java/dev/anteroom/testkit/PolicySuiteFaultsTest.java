package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionQueue;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Faults that show only over time, in large numbers, while the policy tracks the served, or in what it keeps reachable.
 */
class PolicySuiteFaultsTest {
    private static final Comparator<Admission> ARRIVAL = Comparator.comparingLong(Admission::sequence);

    @Test
    void waiting_since_enqueue_is_found() {
        assertFound("a_waiter_handed_over_has_waited_since_its_arrival", Ageing::new, () -> null);
    }

    @Test
    void waiting_since_enqueue_is_found_beside_a_model() {
        assertFound("a_waiter_handed_over_has_waited_since_its_arrival", Ageing::new, Aged::new);
        assertFound("a_policy_takes_over_present_waiters", Ageing::new, Aged::new);
    }

    @Test
    void shedding_by_the_time_of_enqueue_is_found() {
        assertFound("a_waiter_handed_over_has_waited_since_its_arrival", () -> new Fifo() {
            private final Map<Admission, Long> enqueued = new HashMap<>();

            @Override
            public void enqueue(Admission newcomer, long nowNanos) {
                super.enqueue(newcomer, nowNanos);
                enqueued.put(newcomer, nowNanos);
            }

            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                Admission next = super.dequeue(nowNanos, shed);
                while (next != null
                        && nowNanos - enqueued.getOrDefault(next, 0L)
                                > Duration.ofSeconds(2).toNanos()) {
                    enqueued.remove(next);
                    shed.accept(next);
                    next = super.dequeue(nowNanos, shed);
                }
                enqueued.remove(next);
                return next;
            }

            @Override
            public boolean remove(Admission waiter) {
                enqueued.remove(waiter);
                return super.remove(waiter);
            }
        });
    }

    @Test
    void taking_the_clock_for_more_than_a_difference_is_found() {
        assertFound("in_random_histories_each_waiter_ends_exactly_once", () -> new Fifo() {
            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                return waiters.isEmpty() ? null : waiters.remove(nowNanos > 0 ? 0 : waiters.size() - 1);
            }
        });
    }

    @Test
    void a_preview_that_removes_its_waiters_is_found() {
        for (int depth : List.of(1, 2, 7, 40, 200)) {
            assertFound("a_preview_changes_nothing_however_deep_it_looks", () -> new Fifo() {
                @Override
                public Iterator<Admission> preview(long nowNanos) {
                    return watched(depth, () -> waiters.add(waiters.remove(0)));
                }
            });
        }
    }

    @Test
    void a_preview_that_only_moves_its_turn_on_is_found() {
        assertFound("a_preview_changes_nothing_however_deep_it_looks", () -> new Fifo() {
            private int turn;

            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                return waiters.isEmpty() ? null : waiters.remove(turn % waiters.size());
            }

            @Override
            public @Nullable Iterator<Admission> preview(long nowNanos) {
                turn++;
                return null;
            }
        });
    }

    @Test
    void a_displaced_waiter_still_held_is_found_however_many_wait() {
        for (int many : List.of(1, 10, 100, 1_000)) {
            assertFound("a_displaced_waiter_is_forgotten_however_many_wait", () -> new Fifo() {
                @Override
                public @Nullable Admission displace(Admission newcomer, long nowNanos) {
                    return waiters.size() >= many ? waiters.get(0) : null;
                }
            });
        }
    }

    @Test
    void a_list_of_those_removed_is_found() {
        assertFound("nothing_is_retained_of_those_that_have_gone", () -> new Fifo() {
            private final List<Admission> removed = new ArrayList<>();

            @Override
            public boolean remove(Admission waiter) {
                return super.remove(waiter) && removed.add(waiter);
            }
        });
    }

    @Test
    void removing_only_when_its_turn_comes_is_found() {
        assertFound("nothing_is_retained_of_those_that_have_gone", () -> new Fifo() {
            private final Set<Admission> present = new HashSet<>();

            @Override
            public void enqueue(Admission newcomer, long nowNanos) {
                super.enqueue(newcomer, nowNanos);
                present.add(newcomer);
            }

            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                Admission next = super.dequeue(nowNanos, shed);
                while (next != null && !present.remove(next)) {
                    next = super.dequeue(nowNanos, shed);
                }
                return next;
            }

            @Override
            public boolean remove(Admission waiter) {
                return present.remove(waiter);
            }
        });
    }

    @Test
    void remembering_every_source_is_found() {
        assertFound("nothing_is_retained_of_those_that_have_gone", () -> new Fifo() {
            private final Map<Object, Integer> seen = new HashMap<>();

            @Override
            public void enqueue(Admission newcomer, long nowNanos) {
                super.enqueue(newcomer, nowNanos);
                seen.merge(newcomer.sourceKey(), 1, Integer::sum);
            }
        });
    }

    @Test
    void a_class_that_is_never_given_out_is_found() {
        for (int starved : List.of(2, 65_535, -1)) {
            assertFound("in_random_histories_each_waiter_ends_exactly_once", () -> new Fifo() {
                @Override
                public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                    Admission next = waiters.stream()
                            .filter(waiter -> waiter.priorityClass() != starved)
                            .findFirst()
                            .orElse(null);
                    waiters.remove(next);
                    return next;
                }
            });
        }
    }

    @Test
    void a_class_that_waits_while_others_come_is_found() {
        String test = "no_waiter_starves_while_others_come_and_go";
        assertEquals(Set.of(test), SuiteRun.failures(test, fair(LastClass::new)));
        assertEquals(Set.of(), SuiteRun.failures(test, fair(Fifo::new)));
    }

    @Test
    void a_class_that_waits_while_others_come_is_found_beside_a_model() {
        assertFound(
                "in_random_histories_each_waiter_ends_exactly_once", LastClass::new, () -> new OrderedModel(ARRIVAL));
    }

    @Test
    void a_removal_counted_as_a_release_is_found() {
        assertFound("one_that_goes_without_being_served_gives_back_no_slot", () -> new TwoOfEachSource() {
            @Override
            public boolean remove(Admission waiter) {
                boolean removed = super.remove(waiter);
                if (removed) {
                    count(waiter, -1);
                }
                return removed;
            }
        });
    }

    @Test
    void a_displacement_counted_as_a_release_is_found() {
        assertFound("one_that_goes_without_being_served_gives_back_no_slot", () -> new TwoOfEachSource() {
            @Override
            public @Nullable Admission displace(Admission newcomer, long nowNanos) {
                Admission displaced = waiters.remove(waiters.size() - 1);
                count(displaced, -1);
                return displaced;
            }
        });
    }

    @Test
    void a_release_counted_twice_is_found() {
        assertFound("one_that_goes_without_being_served_gives_back_no_slot", () -> new TwoOfEachSource() {
            @Override
            public void released(Admission admission, long nowNanos) {
                count(admission, -2);
            }
        });
    }

    @Test
    void a_release_that_is_not_counted_is_found() {
        assertFound("one_that_goes_without_being_served_gives_back_no_slot", () -> new TwoOfEachSource() {
            private int releases;

            @Override
            public void released(Admission admission, long nowNanos) {
                if (releases++ % 10 != 9) {
                    super.released(admission, nowNanos);
                }
            }
        });
    }

    @Test
    void shedding_after_dequeue_has_returned_is_found() {
        assertFound("in_random_histories_each_waiter_ends_exactly_once", () -> new Fifo() {
            private Consumer<Admission> shedding = shed -> {};

            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                shedding = shed;
                return super.dequeue(nowNanos, shed);
            }

            @Override
            public void enqueue(Admission newcomer, long nowNanos) {
                super.enqueue(newcomer, nowNanos);
                if (waiters.size() > 12) {
                    shedding.accept(waiters.remove(0));
                }
            }
        });
    }

    @Test
    void two_policies_with_one_state_are_found() {
        List<Admission> shared = new ArrayList<>();
        assertFound("a_new_policy_is_empty", () -> new Fifo(shared));
    }

    @Test
    void losing_a_waiter_among_very_many_is_found() {
        assertFound("admitting_one_of_many_waiters_takes_no_linear_search", () -> new Queue() {
            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                Admission next = super.dequeue(nowNanos, shed);
                return waiters.size() == 1_500 ? super.dequeue(nowNanos, shed) : next;
            }
        });
    }

    @Test
    void a_search_through_all_sources_is_found() {
        assertFound("removing_one_of_many_waiters_takes_no_linear_search", () -> new Queue() {
            private final List<Object> sources = new ArrayList<>();

            @Override
            public void enqueue(Admission newcomer, long nowNanos) {
                super.enqueue(newcomer, nowNanos);
                if (!sources.contains(newcomer.sourceKey())) {
                    sources.add(newcomer.sourceKey());
                }
            }
        });
    }

    @Test
    void what_the_faulty_ones_are_made_from_is_right() {
        assertEquals(Map.of(), SuiteRun.failures(new SuiteRun(Fifo::new, () -> new OrderedModel(ARRIVAL))));
        assertEquals(Map.of(), SuiteRun.failures(new SuiteRun(Aged::new)));
        assertEquals(Map.of(), SuiteRun.failures(new SuiteRun(TwoOfEachSource::new)));
    }

    private static void assertFound(String test, Supplier<SchedulingPolicy> policies) {
        assertFound(test, policies, () -> null);
    }

    private static void assertFound(
            String test, Supplier<SchedulingPolicy> policies, Supplier<@Nullable SchedulingPolicy> models) {
        assertEquals(Set.of(test), SuiteRun.failures(test, new SuiteRun(policies, models)));
    }

    private static PolicySuite fair(Supplier<SchedulingPolicy> policies) {
        return new SuiteRun(policies) {
            @Override
            protected boolean starvesNobody() {
                return true;
            }
        };
    }

    /** A policy in which a second of waiting makes up for one class. */
    private static class Aged extends Fifo {
        long since(Admission waiter) {
            return waiter.arrivalNanos();
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            Admission next = waiters.stream()
                    .min(Comparator.<Admission>comparingDouble(
                                    waiter -> since(waiter) - nowNanos + 1e7 * waiter.priorityClass())
                            .thenComparing(ARRIVAL))
                    .orElse(null);
            waiters.remove(next);
            return next;
        }
    }

    /** The same policy with a fault: the waiting time of a waiter that is handed over restarts. */
    private static final class Ageing extends Aged {
        private final Map<Admission, Long> enqueued = new WeakHashMap<>();

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            enqueued.put(newcomer, nowNanos);
            super.enqueue(newcomer, nowNanos);
        }

        @Override
        long since(Admission waiter) {
            return enqueued.getOrDefault(waiter, 0L);
        }
    }

    /** A policy that gives out class 3 last, once there have been some other waiters. */
    private static final class LastClass extends Fifo {
        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            Admission next = waiters.stream()
                    .min(Comparator.<Admission>comparingInt(waiter -> waiter.priorityClass() == 3 ? 1 : 0)
                            .thenComparing(ARRIVAL))
                    .orElse(null);
            waiters.remove(next);
            return next;
        }
    }

    /** A policy that serves two connections of each source at a time. */
    private static class TwoOfEachSource extends Fifo {
        private final Map<Object, Integer> served = new HashMap<>();

        final void count(Admission admission, int more) {
            served.merge(admission.sourceKey(), more, (a, b) -> a + b == 0 ? null : a + b);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            Admission next = waiters.stream()
                    .filter(waiter -> served.getOrDefault(waiter.sourceKey(), 0) < 2)
                    .findFirst()
                    .orElse(null);
            if (next != null) {
                waiters.remove(next);
                count(next, 1);
            }
            return next;
        }

        @Override
        public boolean tracksServed() {
            return true;
        }

        @Override
        public void released(Admission admission, long nowNanos) {
            count(admission, -1);
        }
    }

    /** A policy that admits in order of arrival, fast enough for very many waiters. */
    private static class Queue implements SchedulingPolicy {
        final AdmissionQueue waiters = new AdmissionQueue();

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            waiters.addLast(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return waiters.pollFirst();
        }

        @Override
        public boolean remove(Admission waiter) {
            return waiters.remove(waiter);
        }
    }
}
