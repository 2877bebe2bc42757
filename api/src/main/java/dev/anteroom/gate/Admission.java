package dev.anteroom.gate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The passage of one connection through a gate. A connection stands here, as everywhere in this package, for whatever
 * asks for a slot: a request, a call, a job. One object is the admission, the permit and the link in the waiting
 * room's list, so a waiting connection costs little. All public methods may be called from any thread.
 *
 * <pre>
 *            +--> REFUSED
 *  arrival --+--> WAITING --+--> EXPIRED, SHED, REFUSED (the gate was closed)
 *            |      |       +--> ABANDONED   by leave()
 *            |      v
 *            +--> ADMITTED ----> RELEASED    by leave()
 * </pre>
 *
 * <p>An admission leaves WAITING under the gate's lock, and ADMITTED by a single compare-and-set. Each of the five end
 * states is final.
 */
@SuppressWarnings("EnumOrdinal") // only within this class; the reason is at the field state
public sealed class Admission implements AutoCloseable permits AdmissionWithDeadline {
    /** The states of an admission. */
    public enum State {
        /** The connection is in the waiting room. */
        WAITING,
        /** The connection holds a slot. */
        ADMITTED,
        /** The connection held a slot, and gave it back. */
        RELEASED,
        /** The connection was turned away at the door, or was waiting when the gate was closed. */
        REFUSED,
        /** The connection waited for the longest time that the gate allows. */
        EXPIRED,
        /** The connection left while waiting. */
        ABANDONED,
        /** The policy gave up on the connection while it was waiting. */
        SHED
    }

    /** The gate's answers at the door. */
    public enum Decision {
        /** A slot was free. */
        ADMITTED,
        /**
         * No slot was free, but there was a place in the waiting room. {@link AdmissionCallback} tells how the wait
         * ends.
         */
        WAITING,
        /** Neither a slot nor a place was free, the source was at its cap, or the gate was closed. */
        REFUSED
    }

    private static final State[] STATES = State.values();
    private static final Decision[] DECISIONS = Decision.values();
    private static final int WAITING = State.WAITING.ordinal();
    private static final int ADMITTED = State.ADMITTED.ordinal();
    private static final int RELEASED = State.RELEASED.ordinal();
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(Admission.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AdmissionGate gate;
    private final Object source;
    private final Object sourceKey;
    private final int priorityClass;
    final Executor executor;
    private final AdmissionCallback callback;

    /**
     * The ordinal of the {@link State}. It and the decision are numbers because storing a reference would cost the fast
     * path a barrier of the garbage collector. Both start as 0: WAITING, and ADMITTED, which is the decision for most
     * connections.
     */
    private volatile int state;

    /** The ordinal of the {@link Decision}, which is made before any other thread can see this object. */
    private byte decision;

    /** Guarded by the gate's lock until the wait is over, and constant afterwards. */
    private long arrivalNanos;

    private long sequence;
    private long waitNanos;

    /** Written before the slot is released. */
    private long serviceNanos;

    private boolean timed;
    private boolean failed;

    /**
     * The nodes of this admission in the queues of two policies. One belongs to the policy in force, the other to a
     * policy that is being filled or to one that has been replaced; {@link WaitingRoom#switchPolicyCalled} says which.
     * Guarded by the gate's lock.
     */
    AdmissionQueue.@Nullable Node evenNode;

    AdmissionQueue.@Nullable Node oddNode;

    /** Whether this admission is in the waiting room. Guarded by the gate's lock, as are its neighbors there. */
    boolean isInRoom;

    /** The neighbor that arrived before this one. */
    @Nullable
    Admission earlier;

    /** The neighbor that arrived after this one. */
    @Nullable
    Admission later;

    /**
     * The number of the policy that dequeued this admission. A reference instead would keep a replaced policy from
     * being collected. Guarded by the gate's lock.
     */
    int givenOutBy;

    /** The source that counts this connection, or null if the gate does not count sources. */
    SourceCounts.@Nullable Source countedSource;

    /** The next admission whose callback is due; see {@link Deliveries}. */
    @Nullable
    Admission nextDelivery;

    Admission(
            AdmissionGate gate,
            Object source,
            Object sourceKey,
            int priorityClass,
            Executor executor,
            AdmissionCallback callback) {
        this.gate = gate;
        this.source = source;
        this.sourceKey = sourceKey;
        this.priorityClass = priorityClass;
        this.executor = executor;
        this.callback = callback;
    }

    /**
     * Returns the gate's answer at the door, which never changes. Act on this after {@link AdmissionGate#enter}, and
     * not on {@link #state()}: a connection that waits may be admitted in the same instant, and its callback is called
     * as well.
     *
     * @return the decision
     */
    public Decision decision() {
        return DECISIONS[decision];
    }

    /**
     * Returns the state of this admission.
     *
     * @return the current state
     */
    public State state() {
        return STATES[state];
    }

    /**
     * Ends this admission: gives back the slot that it holds, or gives up its place in the waiting room. Does nothing
     * if it has ended already, so it may be called more than once, by any thread and at any time. Of two calls at the
     * same moment, the one that returns false may return before the other has handed the slot on.
     *
     * @return true if this call ended it
     * @throws IllegalStateException if a policy calls this method for a connection that waits
     */
    public boolean leave() {
        while (true) {
            int now = state;
            if (now == ADMITTED) {
                if (STATE.compareAndSet(this, ADMITTED, RELEASED)) {
                    gate.release(this);
                    return true;
                }
            } else if (now != WAITING) {
                return false;
            } else if (gate.abandon(this)) {
                return true;
            }
        }
    }

    /** {@linkplain #leave() Leaves}, for use with {@code try}. */
    @Override
    public void close() {
        leave();
    }

    /**
     * Returns where the connection comes from.
     *
     * @return the source given to the gate: the address of a connection, or what was given to a {@link Door}
     */
    public Object source() {
        return source;
    }

    /**
     * Returns the key under which the gate counts this connection and policies divide slots.
     *
     * @return the result of the {@code sourceKey} function of the gate or the door
     */
    public Object sourceKey() {
        return sourceKey;
    }

    /**
     * Returns the priority class.
     *
     * @return the class that the {@code priorityClass} function of the gate or the door gave the source; 0 is the most
     *     urgent
     */
    public int priorityClass() {
        return priorityClass;
    }

    /**
     * Whether the connection has a deadline of its own, by the {@link Door#timeLeft} function of its door.
     *
     * @return false if it may wait for as long as the gate's {@code maxWait}
     */
    public boolean hasDeadline() {
        return false;
    }

    /**
     * Returns the moment until which the connection may wait.
     *
     * @return the deadline on the gate's clock, to be compared by difference only; meaningless if the connection
     *     {@linkplain #hasDeadline() has none}
     */
    public long deadlineNanos() {
        return 0;
    }

    /**
     * Returns the time of arrival on the gate's clock; for a connection that waits, when it began to wait.
     *
     * @return nanoseconds, to be compared by difference only; meaningless if the connection did not wait and the gate
     *     had no listener
     */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /**
     * Returns the position in the order in which the gate's connections began to wait.
     *
     * @return a number greater than that of every connection that began to wait before; meaningless if the connection
     *     did not wait
     */
    public long sequence() {
        return sequence;
    }

    /**
     * Returns how long the connection waited.
     *
     * @return nanoseconds; 0 until the wait is over
     */
    public long waitNanos() {
        return waitNanos;
    }

    /**
     * Returns how long the connection held its slot.
     *
     * @return nanoseconds; 0 until the slot is released, and 0 if the gate had no listener when the connection arrived
     */
    public long serviceNanos() {
        return serviceNanos;
    }

    /**
     * Marks the service as failed, for example because the upstream refused or reset the connection. A rule that moves
     * the limit may take it into account. Call this before {@link #leave()}, on the same thread.
     */
    public void markFailed() {
        failed = true;
    }

    /**
     * Whether the service failed.
     *
     * @return true if {@link #markFailed()} was called
     */
    public boolean hasFailed() {
        return failed;
    }

    /**
     * Returns how many bytes the connection is known to have sent while waiting.
     *
     * @return a number of bytes, at most the number that is read ahead of a waiting connection; -1 if it is unknown
     */
    public int bytesSent() {
        return callback.bytesSent();
    }

    @Override
    public String toString() {
        return describe(state());
    }

    String describe(State inState) {
        return "Admission[" + source + ", class " + priorityClass + ", " + inState + "]";
    }

    /** Gives up a place in the waiting room. Returns false if the admission no longer waits. */
    boolean stopWaiting() {
        return gate.abandon(this);
    }

    /** Tells a wait that cannot end by itself that the admission was abandoned. */
    void tellAbandoned() {
        if (callback instanceof Awaiting wait) {
            wait.abandoned(this);
        }
    }

    /** Admits a newcomer on the fast path. Release mode is enough, because this object is not published yet. */
    void admitAtDoor() {
        STATE.setRelease(this, ADMITTED);
    }

    /** Sets the decision at the door. A policy that tracks the served may have settled the state already. */
    void decide(Decision answer) {
        decision = (byte) answer.ordinal();
        if (state == WAITING && answer != Decision.WAITING) {
            state = (answer == Decision.ADMITTED ? State.ADMITTED : State.REFUSED).ordinal();
        }
    }

    /** Records the arrival, so that the wait and the service can be timed. */
    void startTiming(long nowNanos) {
        arrivalNanos = nowNanos;
        timed = true;
    }

    void endService(long nowNanos) {
        if (timed) {
            serviceNanos = nowNanos - arrivalNanos - waitNanos;
        }
    }

    /** Records when the wait began. It lasts for {@code maxWaitNanos} at most, unless that is 0. */
    void startWaiting(long nowNanos, long sequence, long maxWaitNanos) {
        startTiming(nowNanos);
        this.sequence = sequence;
    }

    /** Returns when this waiter expires, at a gate whose waiters expire after a given time. */
    long expiryNanos(long maxWaitNanos) {
        return arrivalNanos + maxWaitNanos;
    }

    /** Whether the connection has no time left to wait. */
    boolean isLate(long nowNanos) {
        return false;
    }

    /** Whether this is an admission of a given gate. */
    boolean isAt(AdmissionGate place) {
        return gate == place;
    }

    /** Whether this admission is in a queue of the policy that is being called. */
    boolean isQueued() {
        return (gate.isOddPolicyCalled() ? oddNode : evenNode) != null;
    }

    AdmissionQueue.@Nullable Node nodeIn(AdmissionQueue queue) {
        if (evenNode != null && evenNode.isIn(queue)) {
            return evenNode;
        }
        return oddNode != null && oddNode.isIn(queue) ? oddNode : null;
    }

    void remember(AdmissionQueue.Node node) {
        if (gate.isOddPolicyCalled()) {
            oddNode = node;
        } else {
            evenNode = node;
        }
    }

    void forget(AdmissionQueue.Node node) {
        if (evenNode == node) {
            evenNode = null;
        } else {
            oddNode = null;
        }
    }

    void leaveQueues() {
        if (evenNode != null) {
            evenNode.leaveQueue();
        }
        if (oddNode != null) {
            oddNode.leaveQueue();
        }
    }

    /**
     * Leaves the queue of a policy that was replaced, if it is still in one, so that the policy being called can add it
     * to its own.
     */
    void leaveStaleQueue() {
        AdmissionQueue.Node stale = gate.isOddPolicyCalled() ? oddNode : evenNode;
        if (stale != null) {
            stale.leaveQueue();
        }
    }

    void endWait(State end, long nowNanos) {
        waitNanos = nowNanos - arrivalNanos;
        state = end.ordinal();
    }

    boolean endedUnserved() {
        return state > RELEASED;
    }

    /** Reports the end of the wait to the gate's listeners. */
    void report() {
        gate.reportOutcome(this);
    }

    /** Calls the callback, unless the connection has left since. Runs on the connection's executor. */
    void deliver() {
        switch (state()) {
            case ADMITTED -> {
                try {
                    callback.admitted(this);
                } catch (Throwable e) {
                    leave();
                    throw e;
                }
            }
            case REFUSED, EXPIRED, SHED -> callback.turnedAway(this);
            case WAITING, RELEASED, ABANDONED -> {}
        }
    }
}
