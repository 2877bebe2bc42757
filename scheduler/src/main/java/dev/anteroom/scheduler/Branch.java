package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of several policies that share a waiting room, with its waiters and its share of the slots. */
final class Branch {
    final Object key;
    final Share share;
    private final SchedulingPolicy policy;
    private final boolean tracksServed;

    /** The waiters in order of arrival, to find the newest, which a policy cannot be asked for. */
    private final TreeSet<Admission> waiters = new TreeSet<>(Comparator.comparingLong(Admission::sequence));

    private int served;

    /**
     * Whether the policy returned no waiter although it has some. A newcomer, or a connection that leaves, may change
     * that.
     */
    private boolean heldBack;

    /**
     * Creates an empty branch.
     *
     * @param key the key that its waiters share
     * @param policy decides their order
     * @param share their share of the slots
     * @param tracksServed whether {@link #released} will be called
     */
    Branch(Object key, SchedulingPolicy policy, Share share, boolean tracksServed) {
        this.key = key;
        this.policy = policy;
        this.share = share;
        this.tracksServed = tracksServed;
    }

    int size() {
        return waiters.size();
    }

    /** Returns the sequence of the newest waiter, or 0 if there is none. */
    long newest() {
        return waiters.isEmpty() ? 0 : waiters.last().sequence();
    }

    boolean isIdle() {
        return waiters.isEmpty() && served == 0;
    }

    boolean mayBeServed() {
        return !waiters.isEmpty() && served < share.cap() && !heldBack;
    }

    boolean isOwed() {
        return mayBeServed() && served < share.reserve();
    }

    void enqueue(Admission newcomer, long nowNanos) {
        policy.enqueue(newcomer, nowNanos);
        waiters.add(newcomer);
        heldBack = false;
    }

    @Nullable
    Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        Admission next = policy.dequeue(nowNanos, waiter -> {
            waiters.remove(waiter);
            shed.accept(waiter);
        });
        if (next == null) {
            heldBack = true;
            requireReasonToAdmitNone();
        } else {
            waiters.remove(next);
            served += tracksServed ? 1 : 0;
        }
        return next;
    }

    /**
     * Throws if the policy keeps waiters back without a reason. The gate sees only the outer policy and could not find
     * this fault.
     */
    private void requireReasonToAdmitNone() {
        if (!waiters.isEmpty() && (served == 0 || !policy.tracksServed())) {
            throw new IllegalStateException(
                    "dequeue of " + policy.name() + " returned null, but " + waiters.first() + " waits");
        }
    }

    Iterator<Admission> preview(long nowNanos) {
        Iterator<Admission> told = policy.preview(nowNanos);
        return told == null ? waiters.iterator() : told;
    }

    boolean remove(Admission waiter) {
        return policy.remove(waiter) && waiters.remove(waiter);
    }

    @Nullable
    Admission displace(Admission newcomer, long nowNanos) {
        Admission displaced = policy.displace(newcomer, nowNanos);
        if (displaced != null) {
            waiters.remove(displaced);
        }
        return displaced;
    }

    /**
     * Removes and returns a waiter to make room for a newcomer of another branch. It is chosen as if the newest waiter
     * had only just come to a full room: either the newest itself, or the waiter that it displaces. Waiters that stay
     * keep their turns, so a policy with turns is asked directly, and not made to forget the newest for a moment.
     */
    Admission displaceForAnother(long nowNanos) {
        Admission newest = waiters.last();
        Admission displaced = policy instanceof BranchingPolicy branching
                ? branching.displaceForAnother(newest, nowNanos)
                : displaceByReturning(newest, nowNanos);
        waiters.remove(displaced);
        return displaced;
    }

    private Admission displaceByReturning(Admission newest, long nowNanos) {
        policy.remove(newest);
        Admission displaced = policy.displace(newest, nowNanos);
        if (displaced == null) {
            return newest;
        }
        policy.enqueue(newest, nowNanos);
        return displaced;
    }

    void released(Admission admission, long nowNanos) {
        served--;
        heldBack = false;
        if (policy.tracksServed()) {
            policy.released(admission, nowNanos);
        }
    }
}
