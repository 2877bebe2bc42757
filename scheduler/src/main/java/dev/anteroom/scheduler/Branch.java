package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.Comparator;
import java.util.Iterator;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One of several policies that share a room, those whom it holds, and what it has of the slots. */
final class Branch {
    final Object key;
    final Share share;
    private final SchedulingPolicy policy;
    private final boolean tracksServed;

    /** In order of arrival, to find the newest: a policy cannot be asked for it. */
    private final TreeSet<Admission> waiters = new TreeSet<>(Comparator.comparingLong(Admission::sequence));

    private int served;

    /** Whether the policy gave out nobody although it holds some. A newcomer, or one that leaves, may change that. */
    private boolean heldBack;

    /**
     * Holds nobody yet.
     *
     * @param key what its waiters have in common
     * @param policy their order
     * @param share what they get
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

    /** The number of its newest waiter in order of arrival; 0 if it has none. */
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

    /** The gate, which sees the outer policy only, could not find this fault. */
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
     * Gives up on one, as if its newest had only just come to a full room: that one, or whom it displaces. Whoever stays keeps
     * the turn, so a policy that knows turns is not made to forget the newest for a moment.
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
