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
 * A second instance of the policy under test, with other waiters and a clock with another start. It goes through the
 * same history without the calls that must change nothing, so each of its answers must be the same. Waiters are
 * identified by their sequence numbers, which agree.
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

    /** Returns the numbers of the waiters that were shed, then the number of the waiter given out, or 0 for none. */
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

    /** Returns the number of the displaced waiter; 0 if there is none. */
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
