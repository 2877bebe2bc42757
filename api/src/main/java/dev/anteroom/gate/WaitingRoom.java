package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits: in the policy's order, and in order of arrival. The policy is the user's code and may be wrong; the list in order
 * of arrival is ours. It finds the next to expire, hands the waiters to a new policy, and lets the room go on when a policy
 * fails. Guarded by the gate's lock.
 */
final class WaitingRoom {
    private final Consumer<Admission> shed;
    private SchedulingPolicy policy;
    private String policyName;
    private boolean tracksServed;
    private @Nullable Admission oldest;
    private @Nullable Admission newest;

    /**
     * An empty room.
     *
     * @param policy its order
     * @param shed takes each waiter that the policy gives up on, after it is out of the room
     */
    WaitingRoom(SchedulingPolicy policy, Consumer<Admission> shed) {
        adopt(policy);
        this.shed = waiter -> {
            unlink(held(waiter));
            shed.accept(waiter);
        };
    }

    String policyName() {
        return policyName;
    }

    boolean tracksServed() {
        return tracksServed;
    }

    /** Tells the policy of one that it gave out, if it cares. */
    void released(Admission admission, long nowNanos) {
        if (admission.givenOutBy == policy && tracksServed) {
            try {
                policy.released(admission, nowNanos);
            } catch (Throwable e) {
                distrust(e, nowNanos);
            }
        }
    }

    boolean holds(Admission admission) {
        return admission.room == this;
    }

    @Nullable
    Admission oldest() {
        return oldest;
    }

    /** Takes in a waiter. */
    void add(Admission newcomer, long nowNanos) {
        link(newcomer);
        try {
            policy.enqueue(newcomer, nowNanos);
        } catch (Throwable e) {
            distrust(e, nowNanos);
        }
    }

    /** Takes out the next to be admitted; null if there is nobody left, or nobody whom the policy would admit now. */
    @Nullable
    Admission poll(long nowNanos) {
        Admission next;
        try {
            next = policy.dequeue(nowNanos, shed);
            if (next != null) {
                held(next);
            } else if (oldest != null && !tracksServed) {
                throw new IllegalStateException("dequeue returned null, but " + oldest + " waits");
            }
        } catch (Throwable e) {
            distrust(e, nowNanos);
            next = policy.dequeue(nowNanos, shed);
        }
        if (next != null) {
            unlink(next);
            next.givenOutBy = policy;
        }
        return next;
    }

    /** Takes out one that goes of its own accord, or whose time is over. */
    void remove(Admission waiter, long nowNanos) {
        unlink(waiter);
        try {
            if (!policy.remove(waiter)) {
                throw new IllegalStateException("remove returned false for " + waiter + ", which waits");
            }
        } catch (Throwable e) {
            distrust(e, nowNanos);
        }
        if (waiter.queue != null) {
            waiter.queue.remove(waiter);
        }
    }

    /** Takes out the one that a newcomer displaces; null if it displaces nobody. */
    @Nullable
    Admission displace(Admission newcomer, long nowNanos) {
        if (oldest == null) {
            return null;
        }
        try {
            Admission displaced = policy.displace(newcomer, nowNanos);
            if (displaced != null) {
                unlink(held(displaced));
            }
            return displaced;
        } catch (Throwable e) {
            distrust(e, nowNanos);
            return null;
        }
    }

    /** Lists those who would be admitted next, without a change. */
    void preview(int most, long nowNanos, List<Admission> into) {
        try {
            Iterator<Admission> order = policy.preview(nowNanos);
            while (order != null && into.size() < most && order.hasNext()) {
                into.add(held(order.next()));
            }
            if (order != null) {
                return;
            }
        } catch (Throwable e) {
            distrust(e, nowNanos);
            into.clear();
        }
        for (Admission waiter = oldest; waiter != null && into.size() < most; waiter = waiter.later) {
            into.add(waiter);
        }
    }

    /**
     * Hands all waiters to another policy, in order of arrival. Nothing changes if it is the one that has them.
     *
     * @throws IllegalArgumentException if it does not take them; they go on in order of arrival
     */
    void policy(SchedulingPolicy newPolicy, long nowNanos) {
        if (newPolicy == policy) {
            return;
        }
        adopt(newPolicy);
        String newName = policyName;
        try {
            handOver(nowNanos);
        } catch (Throwable e) {
            distrust(e, nowNanos);
            throw new IllegalArgumentException(
                    "policy " + newName + " failed to take the waiters in; they go on in order of arrival", e);
        }
    }

    private void distrust(Throwable fault, long nowNanos) {
        String dropped = policy.getClass().getName();
        adopt(new ArrivalOrder());
        handOver(nowNanos);
        Faults.report(Level.ERROR, () -> "policy " + dropped + " failed; going on in order of arrival", fault);
    }

    /** Asks once for what must not change, so that no later answer of the user's code can fail. */
    private void adopt(SchedulingPolicy newPolicy) {
        String newName = Objects.requireNonNull(newPolicy.name(), "the policy's name is null");
        tracksServed = newPolicy.tracksServed();
        policyName = newName;
        policy = newPolicy;
    }

    private void handOver(long nowNanos) {
        for (Admission waiter = oldest; waiter != null; waiter = waiter.later) {
            if (waiter.queue != null) {
                waiter.queue.remove(waiter);
            }
        }
        for (Admission waiter = oldest; waiter != null; waiter = waiter.later) {
            policy.enqueue(waiter, nowNanos);
        }
    }

    private Admission held(Admission waiter) {
        if (waiter.room != this) {
            throw new IllegalStateException("the policy gave out " + waiter + ", which does not wait");
        }
        return waiter;
    }

    private void link(Admission newcomer) {
        newcomer.room = this;
        newcomer.earlier = newest;
        if (newest == null) {
            oldest = newcomer;
        } else {
            newest.later = newcomer;
        }
        newest = newcomer;
    }

    private void unlink(Admission waiter) {
        Admission before = waiter.earlier;
        Admission after = waiter.later;
        if (before == null) {
            oldest = after;
        } else {
            before.later = after;
        }
        if (after == null) {
            newest = before;
        } else {
            after.earlier = before;
        }
        waiter.earlier = null;
        waiter.later = null;
        waiter.room = null;
    }
}
