package dev.anteroom.concurrency;

import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.scheduler.AdaptiveLifoPolicy;
import dev.anteroom.scheduler.CodelPolicy;
import dev.anteroom.scheduler.EdfPolicy;
import dev.anteroom.scheduler.FairPolicy;
import dev.anteroom.scheduler.FifoPolicy;
import dev.anteroom.scheduler.LifoPolicy;
import dev.anteroom.scheduler.PriorityPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Every policy, with each option that changes its code path. The time targets are far away, so that no result depends
 * on when the clock is read; each policy's own tests cover its use of time.
 */
enum TriedPolicy {
    FIFO(FifoPolicy::new),
    LIFO(LifoPolicy::new),
    PRIORITY(PriorityPolicy::new),
    PRIORITY_AGEING(() -> new PriorityPolicy(Far.AWAY)),
    PRIORITY_OFFSET(() -> new PriorityPolicy(Map.of(1, Far.AWAY.negated()))),
    PRIORITY_OF_CLASSES_WITH_A_CAP(() -> new PriorityPolicy.Provider()
            .create(new PolicyArguments(
                    Map.of("cap.default", "1"),
                    new TreeMap<>(Map.of("0", LifoPolicy::new, "default", FairPolicy::new))))),
    EDF(() -> new EdfPolicy(Map.of(0, Far.AWAY), Far.AWAY.plus(Far.AWAY))),
    CODEL(() -> new CodelPolicy(Far.AWAY, Far.AWAY)),
    ADAPTIVE_LIFO(() -> new AdaptiveLifoPolicy(Far.AWAY, Far.AWAY)),
    FAIR(FairPolicy::new),
    FAIR_WITH_A_CAP(() -> new FairPolicy(FifoPolicy::new, source -> 1, 1));

    @SuppressWarnings("ImmutableEnumChecker") // a lambda without state
    private final Supplier<SchedulingPolicy> maker;

    TriedPolicy(Supplier<SchedulingPolicy> maker) {
        this.maker = maker;
    }

    SchedulingPolicy make() {
        return maker.get();
    }

    private static final class Far {
        static final Duration AWAY = Duration.ofHours(1);
    }
}
