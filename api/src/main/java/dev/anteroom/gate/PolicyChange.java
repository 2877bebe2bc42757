package dev.anteroom.gate;

import org.jspecify.annotations.Nullable;

/**
 * Fills a policy that is to take over, some waiters at a time and in order of arrival, so that nobody is locked out for long. Until it
 * has them all the policy before it decides alone: it takes newcomers in and gives waiters out, and the one that is filled hears of
 * those that leave. So the order changes in one instant, and if the new policy fails, nothing has changed. Guarded by the gate's lock.
 *
 * <p>Each waiter has room for two nodes, for it may be in a queue of either policy; see {@link WaitingRoom#switchPolicyCalled}.
 */
final class PolicyChange {
    private final GateLock lock;
    private final NamedPolicy order;
    private final SchedulingPolicy policy;

    /** The last waiter that the policy was given, or the one before it if that has left. */
    private @Nullable Admission last;

    /** The number of the last waiter that the policy was given, which tells those that it has from those to come. */
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

    /** Whether no waiter has come after those that the policy has. */
    boolean hasAll(@Nullable Admission newest) {
        return last == newest;
    }

    /** Gives the policy some more waiters. */
    void take(WaitingRoom room, int most, long nowNanos) {
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

    /** Tells the policy of a waiter that is about to leave the room, if it has it. */
    void leaves(WaitingRoom room, Admission waiter) {
        if (waiter.sequence() > lastSequence) {
            return;
        }
        if (waiter == last) {
            last = waiter.earlier;
        }
        call(room, () -> {
            if (!policy.remove(waiter)) {
                throw new IllegalStateException("remove returned false for " + waiter + ", which waits");
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

    /** Ends this, for the policy does not take over. */
    void giveUp() {
        PoliciesInForce.remove(policy);
    }
}
