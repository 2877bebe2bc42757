package dev.anteroom.gate;

import java.util.Iterator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the waiting room is left. A policy is an ordinary data structure: the gate serialises its calls and
 * hands it the time, so it needs neither locks nor a clock. It serves one gate, once; a second gate that is built with it admits in order
 * of arrival.
 *
 * <p>Newest first, for example:
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
 * <p>The methods must be quick (they run under the gate's lock), must not call a gate or {@link Admission#leave()}, and
 * must not throw. A call into a gate throws {@link IllegalStateException}; a slot that a policy gives back is free after the policy
 * has returned. A policy that throws, calls a gate or breaks its contract is dropped: the gate reports it, keeps every waiter, and
 * goes on in order of arrival. The testkit's policy suite states the contract, and finds what breaks it. Only {@link #name} and
 * {@link #tracksServed} are called outside the lock.
 *
 * <p>A policy that is to replace another is filled while the other still decides: it is asked to {@link #enqueue} the waiters in order
 * of arrival, some at a time, and to {@link #remove} those that leave meanwhile, whatever has become of them. It gives nobody out
 * before it has been handed everyone.
 */
public interface SchedulingPolicy {
    /**
     * Takes in a waiter.
     *
     * @param newcomer a waiter that the policy does not hold
     * @param nowNanos the time on the gate's clock
     */
    void enqueue(Admission newcomer, long nowNanos);

    /**
     * Gives out the waiter that is admitted next, and holds it no longer. Waiters met on the way that are not worth
     * admitting any more may be given up on.
     *
     * @param nowNanos the time on the gate's clock
     * @param shed takes each waiter that is given up on, and that the policy then holds no longer
     * @return the next waiter, or null if the policy holds none; one that {@linkplain #tracksServed() tracks the served} may
     *     also return null while it holds waiters that it admits only after one that it gave out has left. If none of those is
     *     served, no release will make it think again, so null is a fault however it came about: an arrival might, but need not
     *     come. A policy that wants a waiter never to be served sheds it
     */
    @Nullable
    Admission dequeue(long nowNanos, Consumer<Admission> shed);

    /**
     * Forgets a waiter that has abandoned or expired, or that has left in any way while the policy is being filled.
     *
     * @param waiter any admission
     * @return false if the policy does not hold it
     */
    boolean remove(Admission waiter);

    /**
     * Gives up on a waiter to make room for a newcomer, when the room is full. Unless overridden nobody has to go, and
     * the newcomer is refused.
     *
     * @param newcomer who would come in; the policy does not hold it, and takes it in by {@link #enqueue} afterwards
     * @param nowNanos the time on the gate's clock
     * @return a waiter that is shed, and that the policy then holds no longer; or null to refuse the newcomer
     */
    default @Nullable Admission displace(Admission newcomer, long nowNanos) {
        return null;
    }

    /**
     * Whether the policy has to know who is served, to cap the connections of one source for example. If so, every
     * connection passes through the policy, also while slots are free: it is taken in, and is admitted at the door if it is
     * given out at once. This costs the gate its lock-free path.
     *
     * @return always the same; unless overridden false
     */
    default boolean tracksServed() {
        return false;
    }

    /**
     * Hears that a connection has given its slot back. Called only if the policy tracks the served, and only for those that
     * it gave out itself.
     *
     * @param admission one that the policy gave out
     * @param nowNanos the time on the gate's clock
     */
    default void released(Admission admission, long nowNanos) {}

    /**
     * Shows whom {@link #dequeue} would give out, or shed, one after the other, if it were called again and again now: for
     * people to look at. The gate takes the first few and no more, before it calls anything else. Unless overridden the policy
     * does not tell, and they are shown in order of arrival.
     *
     * @param nowNanos the time on the gate's clock
     * @return the waiters that the policy holds, the next first; or null if it does not tell
     */
    default @Nullable Iterator<Admission> preview(long nowNanos) {
        return null;
    }

    /**
     * What to call it in snapshots and messages.
     *
     * @return always the same short name; unless overridden that of the class
     */
    default String name() {
        return getClass().getSimpleName();
    }
}
