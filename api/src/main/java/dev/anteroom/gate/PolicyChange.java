package dev.anteroom.gate;

import org.jspecify.annotations.Nullable;

/**
 * Fills a policy that is to take over, some waiters at a time and in order of arrival, so that no thread is kept from
 * the lock for long. Until the new policy has all waiters, the old one alone decides: it enqueues newcomers and
 * dequeues waiters, and the new policy is told which waiters leave. The order therefore changes in one instant, and if
 * the new policy fails, nothing has changed. Guarded by the gate's lock.
 *
 * <p>Each waiter has two nodes, because it may be in a queue of both policies; see {@link
 * WaitingRoom#switchPolicyCalled}.
 */
final class PolicyChange {
    private final GateLock lock;
    private final NamedPolicy order;
    private final SchedulingPolicy policy;

    /** The last waiter that the policy was given, or the waiter before it if that one has left. */
    private @Nullable Admission last;

    /** The sequence of the last waiter that the policy was given. The policy has no waiter with a greater one. */
    private long lastSequence;

    private @Nullable Throwable fault;

    PolicyChange(GateLock lock, SchedulingPolicy policy) {
        this.lock = lock;
        this.order = NamedPolicy.of(policy);
        this.policy = policy;
    }

    NamedPolicy order() {
        return order;
    }

    boolean hasFailed() {
        return fault != null;
    }

    @Nullable
    Throwable fault() {
        return fault;
    }

    /** Whether the policy has every waiter, up to the newest. */
    boolean isComplete(@Nullable Admission newest) {
        return last == newest;
    }

    /** Hands the next waiters to the policy. */
    void enqueueSome(WaitingRoom room, int most, long nowNanos) {
        call(room, () -> {
            Admission next = last == null ? room.oldest() : last.later;
            for (int i = 0; i < most && next != null; i++) {
                next.leaveStaleQueue();
                policy.enqueue(next, nowNanos);
                last = next;
                lastSequence = next.sequence();
                next = next.later;
            }
        });
    }

    /** Removes a waiter that is about to leave the room from the policy, if the policy has it. */
    void remove(WaitingRoom room, Admission waiter) {
        if (waiter.sequence() > lastSequence) {
            return;
        }
        if (waiter == last) {
            last = waiter.earlier;
        }
        call(room, () -> {
            if (!policy.remove(waiter)) {
                throw new PolicyFault("remove returned false for ", waiter, ", which waits");
            }
        });
    }

    private void call(WaitingRoom room, Runnable call) {
        if (fault != null) {
            return;
        }
        room.switchPolicyCalled();
        try {
            call.run();
            lock.requireNoReentry();
        } catch (Throwable e) {
            fault = e;
        } finally {
            room.switchPolicyCalled();
        }
    }

    /** Ends the change without the policy taking over. */
    void giveUp() {
        PoliciesInForce.remove(policy);
    }
}
