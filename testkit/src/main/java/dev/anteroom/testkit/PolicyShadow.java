package dev.anteroom.testkit;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The policy that is tried, once more, in another world: other waiters, and a clock that began at another time. It goes through the same
 * history but for the calls that must change nothing, so each of its answers must be the same. Waiters are known by their sequence
 * numbers, which agree.
 */
final class PolicyShadow {
    private final Supplier<SchedulingPolicy> policies;
    private final ManualClock clock = new ManualClock(0);
    private final Waiters waiters = new Waiters(clock);
    private final Map<Long, Admission> arrived = new HashMap<>();
    private SchedulingPolicy policy;

    PolicyShadow(Supplier<SchedulingPolicy> policies) {
        this.policies = policies;
        policy = policies.get();
    }

    void pass(Duration time) {
        clock.advance(time);
    }

    void arrive(int priorityClass, int source) {
        Admission newcomer = waiters.arrive(priorityClass, source);
        arrived.put(newcomer.sequence(), newcomer);
    }

    void enqueue(Admission like) {
        policy.enqueue(of(like), clock.nanoTime());
    }

    /** The numbers of those that were shed, then that of the one given out, or none. */
    List<Long> dequeue() {
        List<Admission> shed = new ArrayList<>();
        Admission next = policy.dequeue(clock.nanoTime(), shed::add);
        return numbers(shed, next);
    }

    static List<Long> numbers(List<Admission> shed, @Nullable Admission next) {
        List<Long> numbers =
                new ArrayList<>(shed.stream().map(Admission::sequence).toList());
        numbers.add(next == null ? 0 : next.sequence());
        return numbers;
    }

    void remove(Admission like) {
        policy.remove(of(like));
    }

    /** The number of the one displaced; 0 if there is none. */
    long displace(Admission like) {
        Admission displaced = policy.displace(of(like), clock.nanoTime());
        return displaced == null ? 0 : displaced.sequence();
    }

    void released(Admission like) {
        policy.released(of(like), clock.nanoTime());
    }

    void handOver(List<Admission> held) {
        held.forEach(this::remove);
        policy = policies.get();
        held.forEach(this::enqueue);
    }

    private Admission of(Admission like) {
        return Objects.requireNonNull(arrived.get(like.sequence()));
    }
}
