package dev.anteroom.gate;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The waiting connections, in the policy's order and in order of arrival. The policy is user code and may be wrong.
 * The list in order of arrival is the gate's own: it yields the waiters to hand to a new policy, and the next waiter
 * to expire, together with the tree of those that have a deadline of their own. It is also the order of a gate that
 * has no policy or whose policy has failed, so dropping a policy takes constant time, however many connections wait.
 * Guarded by the gate's lock.
 */
final class WaitingRoom {
    private final AdmissionGate gate;
    private final GateLock lock;
    private NamedPolicy order;

    /**
     * The number of the policy in force, counted from 1. Every admission that a policy dequeued carries the policy's
     * number.
     */
    private int policyNumber = 1;

    /** The number of connections that the policy has dequeued and that still hold a slot. */
    private int served;

    private @Nullable PolicyChange change;

    /**
     * Whether the policy that is called at the moment owns the odd nodes of the waiters; otherwise it owns the even
     * ones.
     */
    private boolean isOddPolicyCalled = true;

    /** The waiters that have a deadline of their own, the next one first. */
    private final TreeSet<Admission> deadlines =
            new TreeSet<>(((Comparator<Admission>) (a, b) -> Long.signum(a.deadlineNanos() - b.deadlineNanos()))
                    .thenComparingLong(Admission::sequence));

    private boolean closed;
    private @Nullable Admission oldest;
    private @Nullable Admission newest;

    /** The waiters that the policy has shed in the current call. */
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

    boolean contains(Admission admission) {
        return admission.isInRoom && admission.isAt(gate);
    }

    @Nullable
    Admission oldest() {
        return oldest;
    }

    /**
     * Returns the waiter that expires first, or null if none does. Waiters without a deadline expire in order of
     * arrival, so the oldest waiter and the first deadline are the two to choose from.
     *
     * @param maxWaitNanos how long a waiter without a deadline may wait; 0 if there is no bound
     */
    @Nullable
    Admission nextToExpire(long maxWaitNanos) {
        if (closed || oldest == null) {
            return null;
        }
        Admission first = deadlines.isEmpty() ? null : deadlines.first();
        if (first == null || maxWaitNanos == 0) {
            return maxWaitNanos == 0 ? first : oldest;
        }
        long sooner = first.deadlineNanos() - oldest.expiryNanos(maxWaitNanos);
        return sooner < 0 ? first : oldest;
    }

    /** Tells the policy that a connection which it dequeued has released its slot, if the policy tracks the served. */
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

    /** Adds a waiter. */
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
     * Removes and returns the next waiter to admit. Returns null if no waiter is left, or none that the policy would
     * admit now. The waiters that the policy sheds meanwhile have left the room, and must be {@linkplain #takeShed
     * taken}.
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
            shed.forEach(WaitingRoom::requireUnqueued);
            if (next == null) {
                requireReasonToAdmitNone();
                return null;
            }
            requireUnqueued(requireWaiting(next));
            return next;
        } catch (Throwable e) {
            drop(policy, e);
            return oldest;
        }
    }

    private void shed(Admission waiter) {
        unlink(requireWaiting(waiter));
        if (shed.isEmpty()) {
            shed = new ArrayList<>();
        }
        shed.add(waiter);
    }

    /** Removes and returns the waiters that the policy shed in the last {@link #poll}. */
    List<Admission> takeShed() {
        List<Admission> taken = shed;
        shed = List.of();
        taken.forEach(Admission::leaveQueues);
        return taken;
    }

    /**
     * Throws if the policy keeps waiters back without a reason. Only a release makes a policy decide anew, and if none
     * of the connections that it dequeued is served, no release will come.
     */
    private void requireReasonToAdmitNone() {
        if (oldest != null && (served == 0 || !order.tracksServed())) {
            String reason = order.tracksServed() ? ", and no connection that it gave out is served" : "";
            throw new PolicyFault("dequeue returned null, but ", oldest, " waits" + reason);
        }
    }

    /** Removes a waiter that leaves, expires or is refused. */
    void remove(Admission waiter, long nowNanos) {
        unlink(waiter);
        SchedulingPolicy policy = order.policy();
        if (policy != null) {
            try {
                if (!policy.remove(waiter)) {
                    throw new PolicyFault("remove returned false for ", waiter, ", which waits");
                }
                lock.requireNoReentry();
            } catch (Throwable e) {
                drop(policy, e);
            }
        }
        waiter.leaveQueues();
    }

    /** Removes and returns the waiter that a newcomer displaces, or returns null if it displaces none. */
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
                requireUnqueued(requireWaiting(displaced));
                unlink(displaced);
                displaced.leaveQueues();
            }
            return displaced;
        } catch (Throwable e) {
            drop(policy, e);
            return null;
        }
    }

    /** Lists the waiters that would be admitted next, without changing anything. */
    void preview(int most, long nowNanos, List<Admission> into) {
        if (closed || oldest == null) {
            return;
        }
        SchedulingPolicy policy = order.policy();
        if (policy == null || !addPreview(policy, most, nowNanos, into)) {
            for (Admission waiter = oldest; waiter != null && into.size() < most; waiter = waiter.later) {
                into.add(waiter);
            }
        }
    }

    private boolean addPreview(SchedulingPolicy policy, int most, long nowNanos, List<Admission> into) {
        try {
            Iterator<Admission> waiters = policy.preview(nowNanos);
            while (waiters != null && into.size() < most && waiters.hasNext()) {
                into.add(requireWaiting(waiters.next()));
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

    /** Starts to fill a policy that is to take over, instead of any other that is being filled. */
    void begin(PolicyChange next) {
        giveUpChange();
        change = next;
    }

    /**
     * Hands a portion of the waiters to a policy, in order of arrival. The policy takes over once it has them all.
     *
     * @return false if there is nothing more to do: the policy has taken over, has failed, or was replaced by another
     */
    boolean advance(PolicyChange filled, int most, long nowNanos) {
        if (change != filled) {
            return false;
        }
        filled.enqueueSome(this, most, nowNanos);
        if (filled.hasFailed()) {
            giveUpChange();
        } else if (filled.isComplete(newest)) {
            change = null;
            become(filled.order());
            switchPolicyCalled();
        }
        return change == filled;
    }

    /** Stops filling a policy. Returns false if it is not being filled. */
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

    /**
     * Switches between the policy in force and the one being filled, so that the policy called next finds its own
     * nodes.
     */
    void switchPolicyCalled() {
        isOddPolicyCalled = !isOddPolicyCalled;
    }

    /** Drops the policy. The waiters are refused one after the other from now on, and none is added. */
    void close() {
        closed = true;
        giveUpChange();
        become(new NamedPolicy(null, order.name(), false));
    }

    private void drop(SchedulingPolicy policy, Throwable fault) {
        become(NamedPolicy.ARRIVAL);
        String name = policy.getClass().getName();
        lock.afterUnlock(() -> Faults.report(
                Level.ERROR, () -> "policy " + name + " failed; the gate goes on in order of arrival", fault));
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

    private Admission requireWaiting(Admission waiter) {
        if (!contains(waiter)) {
            throw new PolicyFault("the policy gave out ", waiter, ", which does not wait");
        }
        return waiter;
    }

    private static void requireUnqueued(Admission waiter) {
        if (waiter.isQueued()) {
            throw new PolicyFault("the policy gave out ", waiter, ", but still has it in its queue");
        }
    }

    private void link(Admission newcomer) {
        if (newcomer.hasDeadline()) {
            deadlines.add(newcomer);
        }
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
            change.remove(this, waiter);
        }
        if (waiter.hasDeadline()) {
            deadlines.remove(waiter);
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
