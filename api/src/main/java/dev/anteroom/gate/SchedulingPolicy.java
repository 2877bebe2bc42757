package dev.anteroom.gate;

import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Decides the order in which waiters are admitted. A policy is an ordinary data structure: the gate serializes its
 * calls and passes it the time, so it needs neither locks nor a clock. A policy serves one gate, once. A second gate
 * that is built with the same policy admits in order of arrival.
 *
 * <p>For example, a policy that admits the newest waiter first:
 *
 * <pre>{@code
 * public final class Newest implements SchedulingPolicy {
 *     private final AdmissionQueue waiters = new AdmissionQueue();
 *
 *     public void enqueue(Admission newcomer, long nowNanos) { waiters.addLast(newcomer); }
 *     public Admission dequeue(long nowNanos, Consumer<Admission> shed) { return waiters.pollLast(); }
 *     public boolean remove(Admission waiter) { return waiters.remove(waiter); }
 * }
 * }</pre>
 *
 * <p>The methods must be quick, because they run under the gate's lock. They must not call a gate or {@link
 * Admission#leave()}, and must not throw. A call into a gate throws {@link IllegalStateException}; a slot that a policy
 * gives back is freed after the policy has returned. A policy that throws, calls a gate or breaks its contract is
 * dropped: the gate reports it, keeps every waiter, and goes on in order of arrival. The testkit's policy suite tests
 * this contract. Only {@link #name} and {@link #tracksServed} are called outside the lock.
 *
 * <p>A policy that is to replace another is filled while the other still decides: it is asked to {@link #enqueue} the
 * waiters in order of arrival, some at a time, and to {@link #remove} those that leave meanwhile, whatever their state.
 * It is not asked to {@link #dequeue} before it has all waiters.
 */
public interface SchedulingPolicy {
    /**
     * Adds a waiter.
     *
     * @param newcomer a waiter that the policy does not have
     * @param nowNanos the time on the gate's clock
     */
    void enqueue(Admission newcomer, long nowNanos);

    /**
     * Removes and returns the waiter to admit next. The policy may shed waiters that it passes on the way and that are
     * no longer worth admitting.
     *
     * @param nowNanos the time on the gate's clock
     * @param shed accepts each waiter that is shed, after the policy has removed it
     * @return the next waiter, or null if the policy has none. A policy that {@linkplain #tracksServed() tracks the
     *     served} may also return null while it has waiters, if it will admit them only after a connection that it
     *     dequeued has left. If none of the connections that it dequeued is served, no release will make it decide
     *     anew, and null is a fault however it came about: an arrival might make it decide anew, but need not come. A
     *     policy that wants a waiter never to be served has to shed it
     */
    @Nullable
    Admission dequeue(long nowNanos, Consumer<Admission> shed);

    /**
     * Removes a waiter that has abandoned or expired, or that has left in any way while the policy is being filled.
     *
     * @param waiter any admission
     * @return false if the policy does not have it
     */
    boolean remove(Admission waiter);

    /**
     * Removes a waiter to make room for a newcomer when the room is full. Unless overridden, no waiter is displaced and
     * the newcomer is refused.
     *
     * @param newcomer the newcomer, which the policy does not have yet; {@link #enqueue} follows if a waiter is
     *     displaced
     * @param nowNanos the time on the gate's clock
     * @return the waiter to shed, which the policy has removed, or null to refuse the newcomer
     */
    default @Nullable Admission displace(Admission newcomer, long nowNanos) {
        return null;
    }

    /**
     * Whether the policy has to know which connections are served, for example to cap the connections of one source. If
     * so, every connection passes through the policy, even while slots are free: it is enqueued, and is admitted at the
     * door if it is dequeued at once. The gate then has no lock-free path.
     *
     * @return always the same value; false unless overridden
     */
    default boolean tracksServed() {
        return false;
    }

    /**
     * Called when a connection has given its slot back. Called only if the policy tracks the served, and only for
     * connections that it dequeued itself.
     *
     * @param admission an admission that the policy dequeued
     * @param nowNanos the time on the gate's clock
     */
    default void released(Admission admission, long nowNanos) {}

    /**
     * Lists, for display, the waiters that {@link #dequeue} would return or shed if it were called repeatedly now. The
     * gate takes only the first few, before it calls any other method. Unless overridden, there is no preview, and the
     * waiters are shown in order of arrival.
     *
     * @param nowNanos the time on the gate's clock
     * @return the waiters that the policy has, the next one first, or null if it has no preview
     */
    default @Nullable Iterator<Admission> preview(long nowNanos) {
        return null;
    }

    /**
     * Returns the name of the policy in snapshots and messages.
     *
     * @return always the same short name; the simple name of the class unless overridden
     */
    default String name() {
        return getClass().getSimpleName();
    }
}
