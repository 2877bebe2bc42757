package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionQueue;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The suite passes a correct policy, and fails for each kind of fault. */
class PolicySuiteTest {
    @Test
    void a_right_policy_passes() {
        assertEquals(Map.of(), SuiteRun.failures(newest(Newest::new)));
    }

    @Test
    void a_right_policy_that_tracks_the_served_passes() {
        assertEquals(Map.of(), SuiteRun.failures(new SuiteRun(OneOfEachSource::new)));
    }

    @Test
    void another_order_than_the_models_is_found() {
        assertFound("in_random_histories_each_waiter_ends_exactly_once", () -> new Newest() {
            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                return waiters.size() == 3 ? waiters.pollFirst() : waiters.pollLast();
            }
        });
    }

    @Test
    void losing_a_waiter_is_found() {
        assertFound("each_waiter_is_given_out_or_shed_once", () -> new Newest() {
            @Override
            public void enqueue(Admission newcomer, long nowNanos) {
                if (waiters.size() < 50) {
                    super.enqueue(newcomer, nowNanos);
                }
            }
        });
    }

    @Test
    void giving_a_waiter_out_twice_is_found() {
        assertFound("each_waiter_is_given_out_or_shed_once", () -> new Newest() {
            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                return waiters.peekLast();
            }
        });
    }

    @Test
    void going_on_to_hold_one_that_was_shed_is_found() {
        assertFound("each_waiter_is_given_out_or_shed_once", () -> new Newest() {
            @Override
            public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
                if (waiters.peekFirst() != null) {
                    shed.accept(waiters.peekFirst());
                }
                return waiters.pollLast();
            }
        });
    }

    @Test
    void going_on_to_hold_one_that_was_removed_is_found() {
        assertFound("a_waiter_is_removed_from_wherever_it_is_and_then_forgotten", () -> new Newest() {
            @Override
            public boolean remove(Admission waiter) {
                return true;
            }
        });
    }

    @Test
    void an_empty_policy_beside_a_waiter_is_found() {
        assertFound("the_last_waiter_can_be_removed", () -> new Newest() {
            @Override
            public boolean remove(Admission waiter) {
                return waiters.size() > 1 && super.remove(waiter);
            }
        });
    }

    @Test
    void going_on_to_hold_one_that_was_displaced_is_found() {
        assertFound("a_newcomer_displaces_none_or_one_that_is_forgotten", () -> new Newest() {
            @Override
            public @Nullable Admission displace(Admission newcomer, long nowNanos) {
                return waiters.peekFirst();
            }
        });
    }

    @Test
    void showing_another_order_than_its_own_is_found() {
        assertFound("a_preview_shows_the_order_of_admission", () -> new Newest() {
            @Override
            public Iterator<Admission> preview(long nowNanos) {
                return waiters.iterator();
            }
        });
    }

    @Test
    void mistaking_another_gates_waiter_for_ones_own_is_found() {
        assertFound("an_equal_waiter_of_another_gate_is_not_mistaken_for_it", () -> new Newest() {
            @Override
            public boolean remove(Admission waiter) {
                Admission last = waiters.peekLast();
                boolean alike = last != null && last.sequence() == waiter.sequence();
                return super.remove(alike ? last : waiter);
            }
        });
    }

    @Test
    void a_name_of_two_lines_is_found() {
        assertFound("its_name_is_short_and_does_not_change", () -> new Newest() {
            @Override
            public String name() {
                return "newest\nfirst";
            }
        });
    }

    @Test
    void throwing_at_a_gate_is_found() {
        assertFound("a_gate_finds_no_fault_with_it_in_random_histories", () -> new Newest() {
            @Override
            public void enqueue(Admission newcomer, long nowNanos) {
                if (waiters.size() == 7) {
                    throw new IllegalStateException("seven are enough");
                }
                super.enqueue(newcomer, nowNanos);
            }
        });
    }

    private static void assertFound(String test, Supplier<SchedulingPolicy> policies) {
        assertEquals(Set.of(test), SuiteRun.failures(test, newest(policies)));
    }

    private static PolicySuite newest(Supplier<SchedulingPolicy> policies) {
        return new SuiteRun(
                policies,
                () -> new OrderedModel(
                        Comparator.comparingLong(Admission::sequence).reversed()));
    }

    private static class Newest implements SchedulingPolicy {
        final AdmissionQueue waiters = new AdmissionQueue();

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            waiters.addLast(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            return waiters.pollLast();
        }

        @Override
        public boolean remove(Admission waiter) {
            return waiters.remove(waiter);
        }
    }

    /** A policy that serves one connection of each source at a time. */
    private static final class OneOfEachSource implements SchedulingPolicy {
        private final List<Admission> waiters = new ArrayList<>();
        private final Set<Object> served = new HashSet<>();

        @Override
        public void enqueue(Admission newcomer, long nowNanos) {
            waiters.add(newcomer);
        }

        @Override
        public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
            Admission next = waiters.stream()
                    .filter(waiter -> !served.contains(waiter.sourceKey()))
                    .findFirst()
                    .orElse(null);
            if (next != null) {
                waiters.remove(next);
                served.add(next.sourceKey());
            }
            return next;
        }

        @Override
        public boolean remove(Admission waiter) {
            return waiters.remove(waiter);
        }

        @Override
        public boolean tracksServed() {
            return true;
        }

        @Override
        public void released(Admission admission, long nowNanos) {
            assertTrue(served.remove(admission.sourceKey()), () -> admission + " was not served");
        }
    }
}
