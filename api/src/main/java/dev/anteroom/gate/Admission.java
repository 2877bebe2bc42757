package dev.anteroom.gate;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One connection's passage through the gate. A single object is the admission, the permit and the node in the waiting room,
 * so a waiting connection costs little. All public methods may be called from any thread.
 *
 * <pre>
 *            +--> REFUSED
 *  arrival --+--> WAITING --+--> EXPIRED, SHED, REFUSED (the gate was closed)
 *            |      |       +--> ABANDONED   by leave()
 *            |      v
 *            +--> ADMITTED ----> RELEASED    by leave()
 * </pre>
 *
 * <p>WAITING is left under the gate's lock; ADMITTED is left by a single compare-and-set. Each of the five ends is final.
 */
@SuppressWarnings("EnumOrdinal") // within this class, and for a reason: see state
public final class Admission implements AutoCloseable {
    /** Where an admission stands. */
    public enum State {
        /** In the waiting room. */
        WAITING,
        /** Holds a slot. */
        ADMITTED,
        /** Held a slot, and gave it back. */
        RELEASED,
        /** Turned away at the door, or from the waiting room of a gate that was closed. */
        REFUSED,
        /** Waited as long as the gate lets anyone wait. */
        EXPIRED,
        /** Left while waiting. */
        ABANDONED,
        /** Given up on by the policy while waiting. */
        SHED
    }

    /** What the gate answered at the door. */
    public enum Decision {
        /** A slot was free. */
        ADMITTED,
        /** There was a place in the waiting room; {@link AdmissionCallback} tells how it ends. */
        WAITING,
        /** There was neither, or the source holds as many places as one may, or the gate is closed. */
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
    private final SocketAddress source;
    private final Object sourceKey;
    private final int priorityClass;
    final Executor executor;
    private final AdmissionCallback callback;

    /**
     * Which of {@link State} and of {@link Decision}: numbers, because storing a reference would cost the fast path a barrier of
     * the collector. Both begin as 0, WAITING and ADMITTED, which is the answer that nearly all get. The decision is made
     * before anyone else can see this object.
     */
    private volatile int state;

    private byte decision;

    /** Guarded by the gate's lock until the wait is over; then constant. */
    private long arrivalNanos;

    private long sequence;
    private long waitNanos;

    /** Written before the slot is given back. */
    private long serviceNanos;

    private boolean timed;
    private boolean failed;

    /**
     * Its places in the queues of policies: in one of the policy in force, and in one of a policy that is being filled to take over or
     * of one that has been replaced. Guarded by the gate's lock.
     */
    AdmissionQueue.@Nullable Node evenNode;

    AdmissionQueue.@Nullable Node oddNode;

    /** Whether it is in the waiting room, and its neighbours there in order of arrival. Guarded by the gate's lock. */
    boolean isInRoom;

    @Nullable
    Admission earlier;

    @Nullable
    Admission later;

    /** The number of the policy that chose it; a reference would keep a policy that was replaced. Guarded by the gate's lock. */
    int givenOutBy;

    /** Where it is counted; null if the gate does not count sources. */
    SourceCounts.@Nullable Source countedSource;

    /** Links those whose wait has ended until they are told; see {@link Deliveries}. */
    @Nullable
    Admission nextDelivery;

    Admission(
            AdmissionGate gate,
            SocketAddress source,
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
     * What the gate answered at the door; it does not change. This, and not {@link #state()}, is what to act on after
     * {@link AdmissionGate#enter}: a connection that waits may be admitted in the same instant, and is then told by its
     * callback.
     *
     * @return the decision
     */
    public Decision decision() {
        return DECISIONS[decision];
    }

    /**
     * Where this admission stands now.
     *
     * @return the state
     */
    public State state() {
        return STATES[state];
    }

    /**
     * Ends this admission: a slot that it holds is given back, a place in the waiting room is given up. Does nothing if it
     * has ended already, so it may be called twice, by anyone and at any time. Of two calls at the same moment, the one that
     * returns false may return before the other has handed the slot on.
     *
     * @return true if this call ended it
     * @throws IllegalStateException if a policy calls it for a connection that waits
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
     * Where the connection comes from.
     *
     * @return the address given to the gate
     */
    public SocketAddress source() {
        return source;
    }

    /**
     * What stands for its source when the gate counts and a policy shares out.
     *
     * @return what the gate's {@code sourceKey} function made of the source
     */
    public Object sourceKey() {
        return sourceKey;
    }

    /**
     * Its priority class.
     *
     * @return the class that the gate's {@code priorityClass} function gave the source; 0 is the most urgent
     */
    public int priorityClass() {
        return priorityClass;
    }

    /**
     * When it came, or began to wait, on the gate's clock.
     *
     * @return nanoseconds, to be compared by difference only; meaningless if it did not wait and the gate had no listener
     */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /**
     * Its number in the order in which the gate's connections began to wait.
     *
     * @return greater than that of every connection that began to wait before; meaningless if it did not wait
     */
    public long sequence() {
        return sequence;
    }

    /**
     * How long it waited.
     *
     * @return nanoseconds; 0 until the wait is over
     */
    public long waitNanos() {
        return waitNanos;
    }

    /**
     * How long it held its slot.
     *
     * @return nanoseconds; 0 until it is released, and if the gate had no listener when it came
     */
    public long serviceNanos() {
        return serviceNanos;
    }

    /**
     * Says that the service has failed: the upstream refused it, say, or broke it off. To be said before {@link #leave()}, by whoever calls
     * that; a rule that moves the limit may heed it.
     */
    public void serviceFailed() {
        failed = true;
    }

    /**
     * Whether the service failed.
     *
     * @return true if {@link #serviceFailed()} was called
     */
    public boolean hasFailed() {
        return failed;
    }

    /**
     * How much its connection has sent while it waits, as far as the connection knows.
     *
     * @return a number of bytes, up to what is read ahead of a waiting connection; -1 if it is unknown
     */
    public int bytesSent() {
        return callback.bytesSent();
    }

    @Override
    public String toString() {
        return "Admission[" + source + ", class " + priorityClass + ", " + state() + "]";
    }

    /** Answers at the door, for good: nothing of this object was published yet. */
    void admitAtDoor() {
        STATE.setRelease(this, ADMITTED);
    }

    /** Answers at the door. A policy that tracks the served may have settled the state already. */
    void decide(Decision answer) {
        decision = (byte) answer.ordinal();
        if (state == WAITING && answer != Decision.WAITING) {
            state = (answer == Decision.ADMITTED ? State.ADMITTED : State.REFUSED).ordinal();
        }
    }

    /** To be called if someone will ask how long things took. */
    void comes(long nowNanos) {
        arrivalNanos = nowNanos;
        timed = true;
    }

    void endService(long nowNanos) {
        if (timed) {
            serviceNanos = nowNanos - arrivalNanos - waitNanos;
        }
    }

    void arrive(long nowNanos, long sequence) {
        comes(nowNanos);
        this.sequence = sequence;
    }

    /** Whether it comes to this gate. */
    boolean isAt(AdmissionGate place) {
        return gate == place;
    }

    /** Whether it has a place in a queue of the policy that is being called. */
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

    /** Leaves the queue of a policy that was replaced, if it is in one still, for one that is called now. */
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

    /** Tells the gate's listener how the wait ended. */
    void report() {
        gate.reportAnswer(this);
    }

    /** Tells the connection how its wait ended, unless it has left since. Runs on its executor. */
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
