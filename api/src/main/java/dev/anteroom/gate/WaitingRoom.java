package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The connections that wait: in the policy's order, and in order of arrival. The policy is the user's code and may be wrong; the list
 * in order of arrival is ours. It finds the next to expire, hands the waiters to a new policy, and is the order of a gate without a
 * policy, or with one that has failed: a policy is dropped in no time, however many wait. Guarded by the gate's lock.
 */
final class WaitingRoom {
    private final AdmissionGate gate;
    private final GateLock lock;
    private NamedPolicy order;

    /** Counts the policies. What one has given out bears its number, and its parity tells which nodes of the waiters are its own. */
    private int policyNumber = 1;

    /** How many that the policy has given out hold a slot still. */
    private int served;

    private @Nullable PolicyChange change;
    private boolean isOddPolicyCalled = true;
    private boolean closed;
    private @Nullable Admission oldest;
    private @Nullable Admission newest;

    /** Given up on by the policy in the call that is under way. */
    private List<Admission> shed = List.of();

    WaitingRoom(AdmissionGate gate, GateLock lock, NamedPolicy order) {
        this.gate = gate;
        this.lock = lock;
        this.order = order;
    }

    String policyName() {
        return order.name();
    }

    boolean tracksServed() {
        return order.tracksServed();
    }

    boolean isOddPolicyCalled() {
        return isOddPolicyCalled;
    }

    boolean isClosed() {
        return closed;
    }

    boolean holds(Admission admission) {
        return admission.isInRoom && admission.isAt(gate);
    }

    @Nullable
    Admission oldest() {
        return oldest;
    }

    /** Tells the policy of one that it gave out, if it cares. */
    void released(Admission admission, long nowNanos) {
        if (admission.givenOutBy != policyNumber) {
            return;
        }
        served--;
        SchedulingPolicy policy = order.policy();
        if (policy != null && order.tracksServed()) {
            try {
                policy.released(admission, nowNanos);
                lock.requireNoReentry();
            } catch (Throwable e) {
                drop(policy, e);
            }
        }
    }

    /** Takes in a waiter. */
    void add(Admission newcomer, long nowNanos) {
        link(newcomer);
        SchedulingPolicy policy = order.policy();
        if (policy != null) {
            try {
                policy.enqueue(newcomer, nowNanos);
                lock.requireNoReentry();
            } catch (Throwable e) {
                drop(policy, e);
            }
        }
    }

    /**
     * Takes out the next to be admitted; null if there is nobody left, or nobody that the policy would admit now. Those that the policy
     * gives up on meanwhile are out of the room, and to be {@linkplain #takeShed taken}.
     */
    @Nullable
    Admission poll(long nowNanos) {
        SchedulingPolicy policy = order.policy();
        Admission next = policy == null ? oldest : dequeue(policy, nowNanos);
        if (next != null) {
            unlink(next);
            next.leaveQueues();
            next.givenOutBy = policyNumber;
            served++;
        }
        return next;
    }

    private @Nullable Admission dequeue(SchedulingPolicy policy, long nowNanos) {
        try {
            Admission next = policy.dequeue(nowNanos, this::shed);
            lock.requireNoReentry();
            shed.forEach(WaitingRoom::requireGivenUp);
            if (next == null) {
                requireRightToHoldBack();
                return null;
            }
            requireGivenUp(held(next));
            return next;
        } catch (Throwable e) {
            drop(policy, e);
            return oldest;
        }
    }

    private void shed(Admission waiter) {
        unlink(held(waiter));
        if (shed.isEmpty()) {
            shed = new ArrayList<>();
        }
        shed.add(waiter);
    }

    /** Takes those that the policy gave up on when it was asked last. */
    List<Admission> takeShed() {
        List<Admission> taken = shed;
        shed = List.of();
        taken.forEach(Admission::leaveQueues);
        return taken;
    }

    /** Nothing but a release would make the policy think again, and nobody is left that could give it one. */
    private void requireRightToHoldBack() {
        if (oldest != null && (served == 0 || !order.tracksServed())) {
            throw new IllegalStateException("dequeue returned null, but " + oldest + " waits"
                    + (order.tracksServed() ? ", and nobody that it gave out is served" : ""));
        }
    }

    /** Takes out one that goes of its own accord, or whose time is over. */
    void remove(Admission waiter, long nowNanos) {
        unlink(waiter);
        SchedulingPolicy policy = order.policy();
        if (policy != null) {
            try {
                if (!policy.remove(waiter)) {
                    throw new IllegalStateException("remove returned false for " + waiter + ", which waits");
                }
                lock.requireNoReentry();
            } catch (Throwable e) {
                drop(policy, e);
            }
        }
        waiter.leaveQueues();
    }

    /** Takes out the one that a newcomer displaces; null if it displaces nobody. */
    @Nullable
    Admission displace(Admission newcomer, long nowNanos) {
        SchedulingPolicy policy = order.policy();
        if (policy == null || oldest == null) {
            return null;
        }
        try {
            Admission displaced = policy.displace(newcomer, nowNanos);
            lock.requireNoReentry();
            if (displaced != null) {
                requireGivenUp(held(displaced));
                unlink(displaced);
                displaced.leaveQueues();
            }
            return displaced;
        } catch (Throwable e) {
            drop(policy, e);
            return null;
        }
    }

    /** Lists those who would be admitted next, without a change. */
    void preview(int most, long nowNanos, List<Admission> into) {
        if (closed || oldest == null) {
            return;
        }
        SchedulingPolicy policy = order.policy();
        if (policy == null || !isShown(policy, most, nowNanos, into)) {
            for (Admission waiter = oldest; waiter != null && into.size() < most; waiter = waiter.later) {
                into.add(waiter);
            }
        }
    }

    private boolean isShown(SchedulingPolicy policy, int most, long nowNanos, List<Admission> into) {
        try {
            Iterator<Admission> waiters = policy.preview(nowNanos);
            while (waiters != null && into.size() < most && waiters.hasNext()) {
                into.add(held(waiters.next()));
            }
            lock.requireNoReentry();
            return waiters != null;
        } catch (Throwable e) {
            drop(policy, e);
            into.clear();
            return false;
        }
    }

    boolean isInForce(SchedulingPolicy policy) {
        return order.policy() == policy;
    }

    /** Begins to fill a policy that is to take over, in the place of one that is being filled. */
    void begin(PolicyChange next) {
        giveUpChange();
        change = next;
    }

    /**
     * Hands some more waiters to a policy, in order of arrival. It takes over once it has them all.
     *
     * @return false if that is over: it has taken over, or failed, or another has begun to
     */
    boolean advance(PolicyChange filled, int most, long nowNanos) {
        if (change != filled) {
            return false;
        }
        filled.take(this, most, nowNanos);
        if (filled.hasFailed()) {
            giveUpChange();
        } else if (filled.hasAll(newest)) {
            change = null;
            become(filled.order());
            switchPolicyCalled();
        }
        return change == filled;
    }

    /** Ends the filling of a policy if it is under way still; false if it was not. */
    boolean giveUp(PolicyChange filled) {
        boolean underWay = change == filled;
        if (underWay) {
            giveUpChange();
        }
        return underWay;
    }

    private void giveUpChange() {
        if (change != null) {
            change.giveUp();
            change = null;
        }
    }

    /** Has another policy called from now on, which finds its own nodes. */
    void switchPolicyCalled() {
        isOddPolicyCalled = !isOddPolicyCalled;
    }

    /** Drops the policy: those that wait are refused one after the other, and nobody is added any more. */
    void close() {
        closed = true;
        giveUpChange();
        become(new NamedPolicy(null, order.name(), false));
    }

    private void drop(SchedulingPolicy policy, Throwable fault) {
        become(NamedPolicy.ARRIVAL);
        String name = policy.getClass().getName();
        lock.afterwards(() ->
                Faults.report(Level.ERROR, () -> "policy " + name + " failed; going on in order of arrival", fault));
    }

    private void become(NamedPolicy next) {
        SchedulingPolicy before = order.policy();
        if (before != null) {
            PoliciesInForce.remove(before);
        }
        order = next;
        policyNumber++;
        served = 0;
    }

    private Admission held(Admission waiter) {
        if (!holds(waiter)) {
            throw new IllegalStateException("the policy gave out " + waiter + ", which does not wait");
        }
        return waiter;
    }

    private static void requireGivenUp(Admission waiter) {
        if (waiter.isQueued()) {
            throw new IllegalStateException("the policy gave out " + waiter + ", and has it in its queue still");
        }
    }

    private void link(Admission newcomer) {
        newcomer.isInRoom = true;
        newcomer.earlier = newest;
        if (newest == null) {
            oldest = newcomer;
        } else {
            newest.later = newcomer;
        }
        newest = newcomer;
    }

    private void unlink(Admission waiter) {
        if (change != null) {
            change.leaves(this, waiter);
        }
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
        waiter.isInRoom = false;
    }
}
