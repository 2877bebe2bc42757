package dev.anteroom.gate;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A policy and its constant properties. The policy is asked for them once, outside the lock, so that the gate never
 * depends on later answers of user code.
 *
 * @param policy null for order of arrival, which needs no policy: the waiting room is a list in that order
 * @param name its name
 * @param tracksServed whether it has to know which connections are served
 */
record NamedPolicy(@Nullable SchedulingPolicy policy, String name, boolean tracksServed) {
    /** First come, first served: the order of a gate that has no policy, or a faulty one. */
    static final NamedPolicy ARRIVAL = new NamedPolicy(null, "fifo", false);

    static NamedPolicy of(SchedulingPolicy policy) {
        String name = Objects.requireNonNull(policy.name(), "the policy's name is null");
        return new NamedPolicy(policy, name, policy.tracksServed());
    }
}
