package dev.anteroom.gate;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who waits: in the policy's order, and in order of arrival. The policy is the user's code and may be wrong; the list in order
 * of arrival is ours. It finds the next to expire, hands the waiters to a new policy, and lets the room go on when a policy
 * fails. Guarded by the gate's lock.
 */
final class WaitingRoom {
    private static final Logger LOGGER = System.getLogger(WaitingRoom.class.getName());

    private final Consumer<Admission> shed;
    private SchedulingPolicy policy;
    private @Nullable Admission oldest;
    private @Nullable Admission newest;

    /**
     * An empty room.
     *
     * @param policy its order
     * @param shed takes each waiter that the policy gives up on, after it is out of the room
     */
    WaitingRoom(SchedulingPolicy policy, Consumer<Admission> shed) {
        this.policy = policy;
        this.shed = waiter -> {
            unlink(held(waiter));
            shed.accept(waiter);
        };
    }

    String policyName() {
        return policy.name();
    }

    boolean tracksServed() {
        return policy.tracksServed();
    }

    /** Tells the policy of one that it gave out, if it cares. */
    void released(Admission admission, long nowNanos) {
        if (admission.givenOutBy == policy && policy.tracksServed()) {
            try {
                policy.released(admission, nowNanos);
            } catch (Throwable e) {
                distrust(e, nowNanos);
            }
        }
    }

    @Nullable
    Admission oldest() {
        return oldest;
    }

    /** Takes in a waiter whose state is WAITING already. */
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
            } else if (oldest != null && !policy.tracksServed()) {
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

    /**
     * Hands all waiters to another policy, in order of arrival.
     *
     * @throws IllegalArgumentException if it does not take them; they go on in order of arrival
     */
    void policy(SchedulingPolicy newPolicy, long nowNanos) {
        policy = newPolicy;
        try {
            handOver(nowNanos);
        } catch (Throwable e) {
            distrust(e, nowNanos);
            throw new IllegalArgumentException(
                    "policy " + newPolicy.name() + " failed to take the waiters in; they go on in order of arrival", e);
        }
    }

    private void distrust(Throwable fault, long nowNanos) {
        LOGGER.log(
                Level.ERROR,
                () -> "policy " + policy.getClass().getName() + " failed; going on in order of arrival",
                fault);
        policy = new ArrivalOrder();
        handOver(nowNanos);
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
