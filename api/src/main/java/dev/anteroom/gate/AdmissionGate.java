package dev.anteroom.gate;

import dev.anteroom.expression.Durations;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many connections are served at once, and lets the others wait in an order that a policy decides. Thread-safe.
 *
 * <pre>{@code
 * AdmissionGate gate = AdmissionGate.builder().limit(50).build();
 *
 * // a thread per connection
 * try (Admission slot = gate.acquire(socket.getRemoteSocketAddress())) {
 *     serve(socket);
 * }
 *
 * // an event loop
 * Admission admission = gate.enter(address, loop, callback);
 * switch (admission.decision()) {
 *     case ADMITTED -> serve();
 *     case WAITING -> pauseReading(); // callback.admitted or callback.turnedAway follows, on the loop
 *     case REFUSED -> refuse();
 * }
 * ...
 * admission.leave(); // when the connection is gone, whatever has become of it
 * }</pre>
 *
 * <h2>What it promises</h2>
 *
 * <ol>
 *   <li>Never more than {@code limit} admissions hold a slot. Lowering the limit admits nobody until below it, and cuts
 *       nobody off.
 *   <li>A slot is never left free while the policy has a connection to admit, unless the gate is paused.
 *   <li>Each admission ends once: released, refused, expired, abandoned or shed; the counters add up at every moment.
 *   <li>A waiting connection is overtaken in the policy's own order only.
 *   <li>User code runs outside the lock, but for the policy, whose calls the lock serialises, and the clock, which is read.
 *   <li>Admitting does not recurse, however fast the admitted fail.
 *   <li>Waiting places, waiting time and the connections of one source are bounded; so is the time for which one call locks others
 *       out, however many wait.
 * </ol>
 */
/*
 * How it works
 *
 * One word decides. It holds the number of free slots (limit less active, negative after the limit was lowered), the number
 * of waiters, whether the gate is closed, whether the fast path is barred, and how many were admitted at the door:
 *
 *     63          43 42         22   21     20   19              0
 *    +--------------+-------------+------+-------+-----------------+
 *    | free, signed |   waiting   |closed|barred | admitted at door|
 *    +--------------+-------------+------+-------+-----------------+
 *
 * While nobody waits, to enter is one compare-and-set (a slot less, an admission more) and to release is another; neither takes
 * the lock. Free slots stand in the word instead of active ones so that a change of the limit is a change of the word: no
 * newcomer can be admitted on a limit that it read before. The admissions at the door are counted in the word, and not beside
 * it, so that a snapshot never sees a slot taken by an admission that is not counted yet; before that field is full, they
 * are carried over into a plain counter, under the lock.
 *
 * The lock is for the waiting room. Two rules make wake-ups impossible to lose:
 *
 *   - `waiting` is changed under the lock only;
 *   - while `waiting` is not 0, nobody changes the word without the lock.
 *
 * So the holder of the lock who finds a waiter may read and write the word as if it were alone. The one race is for the first
 * waiter, and the word settles it: T1, under the lock, finds no free slot and means to wait; T2 releases, finds nobody waiting,
 * and frees a slot by compare-and-set. One of the two compare-and-sets fails. If it is T1's, it looks again and takes the
 * slot; if T2's, it looks again, finds a waiter, and takes the lock to hand the slot over.
 *
 * Every critical section ends by handing free slots to waiters (handOff), whatever it was for, and everything that ends a wait
 * does so under the lock too; that is promise 2 and most of 3. The admissions whose wait has ended are linked into a list, and told
 * after the lock is given back: see Deliveries. Whatever else is user code waits until then too, the log's handlers included. The
 * policy alone runs under the lock; if it calls a gate it gets an exception, and is dropped: see GateLock.
 *
 * A policy that tracks the served has the fast path barred by a bit of the word: everyone then comes and goes under the lock, a
 * newcomer is admitted at the door only if the policy gives it out at once, and free slots beside waiters are what the policy
 * wants. A paused gate bars it likewise, and hands nothing off.
 *
 * One timer serves all: each waiter may wait equally long, so the oldest is the next to expire. See ExpiryTimer.
 *
 * What concerns many waiters is done in portions, and others may have the lock between two of them. What they find there keeps every
 * promise, which is why each of these is cut in a way of its own:
 *
 *   - Expiry: each waiter expires by itself, the oldest first. One that is due and has not expired yet waits still, and may be
 *     admitted.
 *   - Closing refuses all in one instant, whatever their number: the word and the counters say so, the policy is dropped, and those
 *     that come are refused. What is left is to settle the state of each and to tell it. A waiter that leaves before its turn comes is
 *     settled at once, and finds that it was refused.
 *   - A raised limit rises in steps, each of which admits as many as it adds. A gate that is resumed stays paused until those that
 *     there are slots for have been admitted.
 *   - A new policy is filled while the one before decides, and hears of those that leave; it takes over in one instant. To have
 *     two policies share the waiters would have had them overtaken in an order that is neither's; to go on in order of arrival meanwhile,
 *     likewise. For this a waiter has a place in a queue of either policy: see PolicyChange.
 *   - A faulty policy is dropped in one instant: the room itself is a list in order of arrival.
 */
public final class AdmissionGate implements AutoCloseable {
    /** The largest limit, and the largest number of waiting places. */
    public static final int MAX_COUNT = (1 << 20) - 1;

    private static final long AT_DOOR = (1L << 20) - 1;
    private static final long BARRED = 1L << 20;
    private static final long CLOSED = 1L << 21;
    private static final int WAITING_SHIFT = 22;
    private static final long ONE_WAITING = 1L << WAITING_SHIFT;
    private static final long WAITING = ((1L << 21) - 1) << WAITING_SHIFT;
    private static final int FREE_SHIFT = 43;
    private static final long ONE_FREE = 1L << FREE_SHIFT;

    /** How many waiters are dealt with at a time, where many are to be, before others have the lock. */
    private static final int PORTION = 64;

    /** Places beyond the waiting room's own for those who were on their way when the intakes were paused. */
    private static final int LATECOMERS = 4_096;

    private final int maxWaiting;
    private final long maxWaitNanos;
    private final ToIntFunction<? super SocketAddress> priorityClass;
    private final Function<? super SocketAddress, ?> sourceKey;
    private final SourceCounts sources;
    private final Listeners listeners;
    private final GateClock clock;
    private final Intakes intakes;

    private final AtomicLong word;
    private final GateLock lock = new GateLock();
    private final ExpiryTimer timer = new ExpiryTimer(this);

    // All below are guarded by the lock; those that are volatile are written under it.
    private volatile int limit;
    private volatile boolean paused;
    private volatile @Nullable Steering steering;
    private final WaitingRoom room;
    private long sequence;
    private boolean timerSet;
    private boolean expiring;

    /** The time, read at most once while the lock is held. */
    private long nowNanos;

    private boolean nowKnown;

    /** Counts the limits that were set by the user, and the times that any was; and the times that the gate was paused. */
    private int limitsSet;

    private int limitMoves;
    private int pauses;

    private @Nullable Admission firstEnded;
    private @Nullable Admission lastEnded;
    private @Nullable Admission atDoor;
    private long admitted;
    private long refused;
    private long expired;
    private long abandoned;
    private long shed;

    private AdmissionGate(Builder builder) {
        limit = builder.limit;
        maxWaiting = builder.maxWaiting;
        maxWaitNanos = builder.maxWaitNanos;
        priorityClass = builder.priorityClass;
        sourceKey = builder.sourceKey;
        sources = new SourceCounts(builder.maxPerSource);
        listeners = new Listeners(builder.listeners);
        clock = builder.clock;
        intakes = new Intakes(maxWaiting);
        room = new WaitingRoom(this, lock, firstOrder(builder.policy));
        word = new AtomicLong(limit * ONE_FREE | (room.tracksServed() ? BARRED : 0));
    }

    private static NamedPolicy firstOrder(@Nullable SchedulingPolicy policy) {
        if (policy == null) {
            return NamedPolicy.ARRIVAL;
        }
        NamedPolicy order = NamedPolicy.of(policy);
        if (PoliciesInForce.add(policy)) {
            return order;
        }
        Faults.report(
                Level.ERROR,
                () -> "policy " + order.name() + " serves another gate; this one admits in order of arrival",
                new IllegalArgumentException("a policy serves one gate"));
        return NamedPolicy.ARRIVAL;
    }

    /**
     * Begins a gate.
     *
     * @return a builder, of which {@link Builder#limit} must be called
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * A connection has come. What is decided at once is told by {@link Admission#decision()}; if it is to wait, the
     * callback is told later. Every admission must {@linkplain Admission#leave() leave} when its connection is gone.
     *
     * <p>Called from the connection's own event loop, which is also the executor, the callback cannot come before this
     * method has returned. The gate's functions are called before anything is reserved; if they throw, so does this, and the
     * connection was never counted.
     *
     * @param source where it comes from
     * @param executor runs the callback
     * @param callback told how the wait ends
     * @return its admission
     */
    public Admission enter(SocketAddress source, Executor executor, AdmissionCallback callback) {
        return enter(source, executor, callback, true);
    }

    private Admission enter(SocketAddress source, Executor executor, AdmissionCallback callback, boolean mayWait) {
        Admission newcomer = new Admission(
                this,
                source,
                Objects.requireNonNull(sourceKey.apply(source), "sourceKey returned null"),
                priorityClass.applyAsInt(source),
                Objects.requireNonNull(executor, "executor"),
                Objects.requireNonNull(callback, "callback"));
        if (!listeners.isEmpty()) {
            newcomer.comes(clock.nanoTime());
        }
        if (!enterSource(newcomer)) {
            refuse(newcomer);
        } else if (tryTakeSlot()) {
            newcomer.admitAtDoor();
        } else {
            enterUnderLock(newcomer, mayWait);
        }
        reportArrival(newcomer);
        if (newcomer.decision() != Admission.Decision.WAITING) {
            reportAnswer(newcomer);
        }
        return newcomer;
    }

    /**
     * Waits for a slot, for code that has a thread for each connection; virtual threads do well.
     *
     * @param source where the connection comes from
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if there will be none: refused, expired or shed
     * @throws InterruptedException if the thread is interrupted, before or while it waits; it then holds nothing
     */
    public Admission acquire(SocketAddress source) throws NotAdmittedException, InterruptedException {
        return acquire(source, Long.MAX_VALUE);
    }

    /**
     * Waits for a slot no longer than a given time.
     *
     * @param source where the connection comes from
     * @param timeout how long to wait at most; the gate's own maximum holds too. Zero or less takes a slot that is free and does
     *     not enter the waiting room, so that no waiter has to go for it
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if there is none by then, or will be none
     * @throws InterruptedException if the thread is interrupted, before or while it waits; it then holds nothing
     */
    public Admission acquire(SocketAddress source, Duration timeout) throws NotAdmittedException, InterruptedException {
        return acquire(source, Durations.saturatedNanos(timeout));
    }

    private Admission acquire(SocketAddress source, long timeoutNanos)
            throws NotAdmittedException, InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        AdmissionCallback thread = new WaitingThread(Thread.currentThread());
        Admission admission = enter(source, Runnable::run, thread, timeoutNanos > 0);
        long begin = admission.state() == Admission.State.WAITING ? System.nanoTime() : 0;
        while (admission.state() == Admission.State.WAITING) {
            long remaining = timeoutNanos == Long.MAX_VALUE ? timeoutNanos : timeoutNanos - (System.nanoTime() - begin);
            if (remaining <= 0) {
                abandon(admission);
            } else {
                LockSupport.parkNanos(this, remaining);
                if (Thread.interrupted()) {
                    admission.leave();
                    throw new InterruptedException();
                }
            }
        }
        if (admission.state() != Admission.State.ADMITTED) {
            throw new NotAdmittedException(admission);
        }
        return admission;
    }

    /** A thread that waits for its admission to change. */
    private record WaitingThread(Thread thread) implements AdmissionCallback {
        @Override
        public void admitted(Admission admission) {
            LockSupport.unpark(thread);
        }

        @Override
        public void turnedAway(Admission admission) {
            LockSupport.unpark(thread);
        }
    }

    /**
     * The number of slots.
     *
     * @return the limit as last set
     */
    public int limit() {
        return limit;
    }

    /**
     * The number of places in the waiting room.
     *
     * @return what {@link Builder#maxWaiting} has set
     */
    public int maxWaiting() {
        return maxWaiting;
    }

    /**
     * Changes the number of slots. Raising it admits waiters at once; lowering it admits nobody until enough have left. A gate
     * of no slots lets everyone wait: one whose slots are lent to it from elsewhere begins so. If a
     * {@linkplain #limit(LimitRule) rule} has moved the limit, it does no more.
     *
     * @param newLimit at least 0, at most {@link #MAX_COUNT}
     * @throws IllegalArgumentException if it is out of bounds
     */
    public void limit(int newLimit) {
        requireBetween(0, newLimit, "limit");
        moveLimit(newLimit, () -> {
            limitsSet++;
            steering = null;
            listeners.ofRule(null);
            return true;
        });
    }

    /**
     * Has the number of slots moved by a rule from now on, in the place of the one before. If the rule throws when it is asked to
     * govern, so does this, and the limit and the rule before stay as they were.
     *
     * @param rule is told of this gate before this returns
     */
    public void limit(LimitRule rule) {
        Steering next = new Steering(this, rule);
        int before = underLock(() -> limitsSet);
        GateListener listener = govern(next);
        int wanted = underLock(next::endTrial);
        moveLimit(wanted, () -> takesOver(next, listener, before));
    }

    private @Nullable GateListener govern(Steering next) {
        try {
            return next.rule().govern(next);
        } catch (Throwable e) {
            underLock(next::endTrial);
            throw e;
        }
    }

    /** Puts a rule in force, unless the user has set another limit since it was asked. */
    private boolean takesOver(Steering next, @Nullable GateListener listener, int before) {
        if (limitsSet != before) {
            return false;
        }
        limitsSet++;
        steering = next;
        listeners.ofRule(listener);
        return true;
    }

    /**
     * What moves the limit.
     *
     * @return the rule, or null if the limit stays as it was set
     */
    public @Nullable LimitRule limitRule() {
        Steering current = steering;
        return current == null ? null : current.rule();
    }

    /** Moves the limit on behalf of a rule, unless it is not the one any more. */
    boolean steer(Steering by, int newLimit) {
        requireBetween(0, newLimit, "limit");
        return underLock(() -> by.notes(newLimit)) || moveLimit(newLimit, () -> steering == by && !room.isClosed());
    }

    /** Moves the limit, unless something speaks against it. It rises in steps if many wait, each of which admits some of them. */
    private boolean moveLimit(int newLimit, BooleanSupplier mayMove) {
        lock();
        int move;
        try {
            if (!mayMove.getAsBoolean()) {
                return false;
            }
            move = ++limitMoves;
            stepTowards(newLimit);
        } finally {
            unlockAndDeliver();
        }
        while (movesOn(newLimit, move)) {
            lock.giveWay();
        }
        return true;
    }

    private boolean movesOn(int newLimit, int move) {
        lock();
        try {
            if (limitMoves == move && limit != newLimit) {
                stepTowards(newLimit);
            }
            return limitMoves == move && limit != newLimit;
        } finally {
            unlockAndDeliver();
        }
    }

    private void stepTowards(int newLimit) {
        long w = word.get();
        boolean admits = waiting(w) > PORTION && !paused;
        int step = admits ? Math.min(newLimit, limit + PORTION - Math.min(free(w), 0)) : newLimit;
        word.addAndGet((step - limit) * ONE_FREE);
        limit = step;
    }

    int active() {
        return limit - free(word.get());
    }

    GateClock clock() {
        return clock;
    }

    /**
     * Changes the order in which connections are admitted. Those who wait are handed to the new policy in order of arrival, some at a
     * time; it takes over at once when it has them all. If another policy is given to the gate meanwhile, that one takes over instead.
     * Does nothing if it is the policy already.
     *
     * @param newPolicy one that has not served a gate before
     * @throws IllegalArgumentException if it fails to take the waiters in, or serves a gate; the policy before stays in force
     */
    public void policy(SchedulingPolicy newPolicy) {
        Objects.requireNonNull(newPolicy, "policy");
        if (underLock(() -> room.isInForce(newPolicy))) {
            return;
        }
        PolicyChange change = new PolicyChange(lock, newPolicy);
        if (!PoliciesInForce.add(newPolicy)) {
            throw new IllegalArgumentException("policy " + change.order().name() + " serves a gate already");
        }
        change(change);
        if (change.hasFailed()) {
            throw new IllegalArgumentException(
                    "policy " + change.order().name() + " failed to take the waiters in; the one before stays in force",
                    change.fault());
        }
    }

    /** Fills a policy in portions; in one at last, should connections come and go faster than it is filled. */
    private void change(PolicyChange change) {
        int portions = 2 * maxWaiting / PORTION;
        try {
            boolean goesOn = advance(change, PORTION, true);
            for (int i = 0; goesOn; i++) {
                lock.giveWay();
                goesOn = advance(change, i < portions ? PORTION : MAX_COUNT, false);
            }
        } finally {
            underLock(() -> room.giveUp(change));
        }
    }

    private boolean advance(PolicyChange change, int portion, boolean begins) {
        lock();
        try {
            if (begins) {
                room.begin(change);
            }
            return room.advance(change, portion, nowOrBefore());
        } finally {
            unlockAndDeliver();
        }
    }

    boolean isOddPolicyCalled() {
        return room.isOddPolicyCalled();
    }

    /**
     * Pauses an intake while the waiting room is full, and until a quarter of its places are free again. From now on nobody is refused
     * because the room is full: those who were on their way when it filled (a few for each loop that accepts) are taken in,
     * beyond {@code maxWaiting}. Past 4,096 of them, newcomers are refused again.
     *
     * @param intake what brings connections to this gate
     * @return ends this, and lets the intake go on
     * @throws IllegalStateException if the gate has no waiting places, and so would have no moment to resume at
     */
    public Intake.Hold holdWhenFull(Intake intake) {
        Objects.requireNonNull(intake, "intake");
        if (maxWaiting == 0) {
            throw new IllegalStateException("maxWaiting must be at least 1 to hold newcomers back, was 0");
        }
        return intakes.add(intake);
    }

    /**
     * Admits nobody until {@link #resume}. Those who are served are left alone; those who wait keep their places and may wait
     * as long as before; those who come wait, or are refused where there is no place. Does nothing the second time.
     */
    public void pause() {
        locked(() -> {
            paused = true;
            pauses++;
        });
    }

    /** Admits again, first those who wait. Does nothing if the gate is not paused. */
    public void resume() {
        int pause = underLock(() -> pauses);
        while (resumes(pause)) {
            lock.giveWay();
        }
    }

    /** Admits some of those that wait, and ends the pause if that was all of them. */
    private boolean resumes(int pause) {
        lock();
        try {
            if (pauses != pause || !paused) {
                return false;
            }
            paused = mayHandOff() && handsOff(PORTION, now());
            return paused;
        } finally {
            unlockAndDeliver();
        }
    }

    /**
     * Whether the gate admits nobody for now.
     *
     * @return true after {@link #pause}, until {@link #resume}
     */
    public boolean isPaused() {
        return paused;
    }

    /**
     * Looks at the gate.
     *
     * @return its figures at one moment
     */
    public GateSnapshot snapshot() {
        return underLock(() -> {
            long now = word.get();
            return new GateSnapshot(
                    limit,
                    limit - free(now),
                    waiting(now),
                    room.policyName(),
                    paused,
                    maxWaiting,
                    admitted + atDoor(now),
                    refused,
                    expired,
                    abandoned,
                    shed);
        });
    }

    /**
     * Looks into the waiting room, for people to see who waits. Takes the lock for as long as it takes to list them.
     *
     * @param most how many to list at most
     * @return those who would be admitted next, the first of them first; in order of arrival if the policy
     *     {@linkplain SchedulingPolicy#preview does not tell}
     */
    public List<Admission> waiters(int most) {
        List<Admission> first = new ArrayList<>();
        locked(() -> room.preview(most, now(), first));
        return first;
    }

    /** Refuses those who wait and all who come; those who are served are left alone. Does nothing the second time. */
    @Override
    public void close() {
        locked(() -> {
            long w = word.getAndUpdate(before -> (before | CLOSED) & ~WAITING);
            refused += waiting(w);
            room.close();
        });
        while (turnsAwaySome()) {
            lock.giveWay();
        }
    }

    /** Settles some of those that a gate which was closed has refused; their number is counted already. */
    private boolean turnsAwaySome() {
        lock();
        try {
            for (int i = 0; i < PORTION && room.oldest() != null; i++) {
                turnAway(room.oldest());
            }
            return room.oldest() != null;
        } finally {
            unlockAndDeliver();
        }
    }

    private void turnAway(Admission refused) {
        long now = nowOrBefore();
        room.remove(refused, now);
        refused.endWait(Admission.State.REFUSED, now);
        tellLater(refused);
    }

    private boolean tryTakeSlot() {
        while (true) {
            long w = word.get();
            if (w < ONE_FREE || (w & (WAITING | CLOSED | BARRED)) != 0 || (w & AT_DOOR) == AT_DOOR) {
                return false;
            }
            if (word.compareAndSet(w, w - ONE_FREE + 1)) {
                return true;
            }
        }
    }

    private void enterUnderLock(Admission newcomer, boolean mayWait) {
        boolean stays = false;
        try {
            decideUnderLock(newcomer, mayWait);
            stays = newcomer.decision() != Admission.Decision.REFUSED;
        } finally {
            if (!stays) {
                leaveSource(newcomer);
            }
        }
    }

    private void decideUnderLock(Admission newcomer, boolean mayWait) {
        locked(() -> {
            long now = now();
            newcomer.arrive(now, ++sequence);
            newcomer.decide(decide(newcomer, mayWait, now));
            if (newcomer.decision() == Admission.Decision.WAITING && !timerSet && maxWaitNanos > 0) {
                setTimer(maxWaitNanos);
            }
        });
    }

    /** Answers a newcomer, and changes the word and the room accordingly. */
    private Admission.Decision decide(Admission newcomer, boolean mayWait, long now) {
        if (room.tracksServed() && isDecidedByPolicy(newcomer, now)) {
            return newcomer.state() == Admission.State.ADMITTED
                    ? Admission.Decision.ADMITTED
                    : Admission.Decision.REFUSED;
        }
        while (true) {
            long w = word.get();
            if ((w & CLOSED) != 0) {
                return refuseUnderLock();
            } else if (free(w) > 0 && waiting(w) == 0 && !isFastPathBarred()) {
                if (word.compareAndSet(w, (w - ONE_FREE) & ~AT_DOOR)) {
                    admitted += atDoor(w) + 1;
                    return Admission.Decision.ADMITTED;
                }
            } else if (waiting(w) >= places()) {
                Admission displaced = mayWait ? room.displace(newcomer, now) : null;
                if (displaced == null) {
                    return refuseUnderLock();
                }
                shed(displaced, now);
            } else if (!mayWait) {
                abandoned++;
                newcomer.endWait(Admission.State.ABANDONED, now);
                return Admission.Decision.REFUSED;
            } else if (word.compareAndSet(w, w + ONE_WAITING)) {
                room.add(newcomer, now);
                return Admission.Decision.WAITING;
            }
        }
    }

    private int places() {
        return intakes.isEmpty() ? maxWaiting : maxWaiting + LATECOMERS;
    }

    /** Offers a newcomer to a policy that tracks the served. It is in the room for as long as that takes, even a full one. */
    private boolean isDecidedByPolicy(Admission newcomer, long now) {
        if ((word.get() & CLOSED) != 0 || free(word.get()) <= 0 || paused) {
            return false;
        }
        word.addAndGet(ONE_WAITING);
        room.add(newcomer, now);
        atDoor = newcomer;
        handOff();
        atDoor = null;
        if (!room.holds(newcomer)) {
            return true;
        }
        room.remove(newcomer, now);
        word.addAndGet(-ONE_WAITING);
        return false;
    }

    private Admission.Decision refuseUnderLock() {
        refused++;
        return Admission.Decision.REFUSED;
    }

    /** Refuses one whose source holds all it may, and was not counted again. */
    private void refuse(Admission newcomer) {
        newcomer.decide(Admission.Decision.REFUSED);
        underLock(() -> refused++);
    }

    private boolean enterSource(Admission newcomer) {
        if (!sources.isUnlimited()) {
            newcomer.countedSource = sources.enter(newcomer.sourceKey());
            return newcomer.countedSource != null;
        }
        return true;
    }

    private void leaveSource(Admission leaver) {
        SourceCounts.Source source = leaver.countedSource;
        if (source != null) {
            try {
                sources.leave(source);
            } catch (Throwable e) {
                Faults.report(Level.ERROR, () -> "a source key failed", e);
            }
        }
    }

    /** Gives up a place in the waiting room; false if the admission does not wait any more. */
    boolean abandon(Admission waiter) {
        boolean waited;
        lock();
        try {
            waited = room.holds(waiter) && !room.isClosed();
            if (waited) {
                long now = now();
                room.remove(waiter, now);
                abandoned++;
                word.addAndGet(-ONE_WAITING);
                waiter.endWait(Admission.State.ABANDONED, now);
            } else if (room.holds(waiter)) {
                turnAway(waiter);
            }
        } finally {
            unlockAndDeliver();
        }
        if (waited) {
            leaveSource(waiter);
            reportAnswer(waiter);
        }
        return waited;
    }

    /** Gives a slot back, to the next waiter if there is one. The admission is released already. */
    void release(Admission admission) {
        if (needsLock(word.get()) && GateLock.postpone(() -> release(admission))) {
            return;
        }
        leaveSource(admission);
        if (!listeners.isEmpty()) {
            admission.endService(clock.nanoTime());
            listeners.tell(listener -> listener.released(admission));
        }
        while (true) {
            long w = word.get();
            if (needsLock(w)) {
                locked(() -> {
                    word.addAndGet(ONE_FREE);
                    room.released(admission, room.tracksServed() ? nowOrBefore() : 0);
                });
                return;
            }
            if (word.compareAndSet(w, w + ONE_FREE)) {
                return;
            }
        }
    }

    /** Hands free slots to waiters. Under the lock; while someone waits the word is ours. */
    private void handOff() {
        if (mayHandOff() && !paused) {
            handsOff(MAX_COUNT, now());
        }
    }

    /** Hands off so many slots at most; false if there is no more to be handed off. */
    private boolean handsOff(int most, long now) {
        for (int i = 0; i < most && mayHandOff(); i++) {
            Admission next = room.poll(now);
            room.takeShed().forEach(waiter -> shed(waiter, now));
            if (next == null) {
                return false;
            }
            word.addAndGet(-ONE_FREE);
            admitted++;
            endWait(next, Admission.State.ADMITTED, now);
        }
        return mayHandOff();
    }

    private boolean mayHandOff() {
        long w = word.get();
        return free(w) > 0 && waiting(w) > 0;
    }

    /** Runs when the oldest waiter may have waited long enough. */
    void expire() {
        try {
            while (expiresSome()) {
                lock.giveWay();
            }
        } finally {
            locked(() -> {
                if (expiring) {
                    setTimerAgain(maxWaitNanos);
                }
            });
        }
    }

    private boolean expiresSome() {
        lock();
        try {
            expiring = true;
            long now = nowOrBefore();
            for (int i = 0; isOldestDue(now); i++) {
                if (i == PORTION) {
                    return true;
                }
                Admission oldest = Objects.requireNonNull(room.oldest());
                room.remove(oldest, now);
                expired++;
                endWait(oldest, Admission.State.EXPIRED, now);
            }
            Admission oldest = room.oldest();
            setTimerAgain(oldest == null ? 0 : maxWaitNanos - (now - oldest.arrivalNanos()));
            return false;
        } finally {
            unlockAndDeliver();
        }
    }

    private boolean isOldestDue(long now) {
        Admission oldest = room.oldest();
        return oldest != null && !room.isClosed() && now - oldest.arrivalNanos() >= maxWaitNanos;
    }

    private void setTimerAgain(long delayNanos) {
        expiring = false;
        timerSet = false;
        if (room.oldest() != null && !room.isClosed()) {
            setTimer(delayNanos);
        }
    }

    private void setTimer(long delayNanos) {
        timerSet = true;
        lock.afterwards(() -> schedule(delayNanos));
    }

    private void schedule(long delayNanos) {
        try {
            clock.schedule(delayNanos, timer);
        } catch (Throwable e) {
            underLock(() -> timerSet = false);
            Faults.report(Level.ERROR, () -> "the clock did not take the timer; the next to wait sets it again", e);
        }
    }

    private void shed(Admission waiter, long now) {
        shed++;
        endWait(waiter, Admission.State.SHED, now);
    }

    /** Takes a waiter that is out of the room out of the count, and puts it among those to be told. */
    private void endWait(Admission waiter, Admission.State end, long now) {
        word.addAndGet(-ONE_WAITING);
        waiter.endWait(end, now);
        if (waiter != atDoor) {
            tellLater(waiter);
        }
    }

    private void tellLater(Admission ended) {
        if (lastEnded == null) {
            firstEnded = ended;
        } else {
            lastEnded.nextDelivery = ended;
        }
        lastEnded = ended;
    }

    private void lock() {
        lock.lock();
        nowKnown = false;
    }

    /** The time, which is the same until the lock is given back. */
    private long now() {
        if (!nowKnown) {
            nowNanos = clock.nanoTime();
            nowKnown = true;
        }
        return nowNanos;
    }

    /** The time, or if the clock fails the time that it told last, for what has to be done all the same. */
    private long nowOrBefore() {
        try {
            return now();
        } catch (Throwable e) {
            lock.afterwards(() -> Faults.report(Level.ERROR, () -> "the clock failed", e));
            return nowNanos;
        }
    }

    /** Looks at, or changes, what concerns no waiter. */
    private <T> T underLock(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    private void locked(Runnable action) {
        lock();
        try {
            action.run();
        } finally {
            unlockAndDeliver();
        }
    }

    private void unlockAndDeliver() {
        try {
            handOff();
            barFastPath(isFastPathBarred());
            if (intakes.see(waiting(word.get()))) {
                lock.afterwards(intakes::tell);
            }
        } finally {
            Admission first = firstEnded;
            Admission last = lastEnded;
            firstEnded = null;
            lastEnded = null;
            timer.keep(this, room.oldest() != null);
            List<Runnable> afterwards = lock.takeAfterwards();
            lock.unlock();
            afterwards.forEach(AdmissionGate::run);
            leaveSources(first);
            Deliveries.deliver(first, last);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Faults.report(Level.ERROR, () -> "a gate failed", e);
        }
    }

    /** The slot of those that were admitted is still their source's. */
    private void leaveSources(@Nullable Admission firstOfEnded) {
        if (sources.isUnlimited()) {
            return;
        }
        for (Admission ended = firstOfEnded; ended != null; ended = ended.nextDelivery) {
            if (ended.endedUnserved()) {
                leaveSource(ended);
            }
        }
    }

    private boolean isFastPathBarred() {
        return paused || room.tracksServed();
    }

    private void barFastPath(boolean barred) {
        if (isBarred(word.get()) != barred) {
            word.getAndUpdate(w -> w ^ BARRED);
        }
    }

    private void reportArrival(Admission newcomer) {
        if (!listeners.isEmpty()) {
            listeners.tell(listener -> listener.arrived(newcomer));
        }
    }

    /** Tells the listeners how the gate answered an admission in the end. Outside the lock. */
    void reportAnswer(Admission admission) {
        if (listeners.isEmpty()) {
            return;
        }
        switch (admission.state()) {
            // One that was admitted may have left already.
            case ADMITTED, RELEASED -> listeners.tell(listener -> listener.admitted(admission));
            default -> listeners.tell(listener -> listener.turnedAway(admission));
        }
    }

    private static int free(long word) {
        return (int) (word >> FREE_SHIFT);
    }

    private static int waiting(long word) {
        return (int) ((word & WAITING) >>> WAITING_SHIFT);
    }

    private static boolean needsLock(long word) {
        return (word & (WAITING | BARRED)) != 0;
    }

    private static boolean isBarred(long word) {
        return (word & BARRED) != 0;
    }

    private static long atDoor(long word) {
        return word & AT_DOOR;
    }

    private static void requireBetween(int least, int value, String name) {
        if (value < least || value > MAX_COUNT) {
            String bound = value < least ? "at least " + least : "at most " + MAX_COUNT;
            throw new IllegalArgumentException(name + " must be " + bound + ", was " + value);
        }
    }

    /** Collects what a gate is made of. Not thread-safe. */
    public static final class Builder {
        private static final int UNSET = -1;

        private int limit = UNSET;
        private @Nullable SchedulingPolicy policy;
        private int maxWaiting = 10_000;
        private long maxWaitNanos = Duration.ofSeconds(30).toNanos();
        private int maxPerSource = Integer.MAX_VALUE;
        private ToIntFunction<? super SocketAddress> priorityClass = source -> 10;
        private Function<? super SocketAddress, ?> sourceKey = Builder::host;
        private @Nullable LimitRule limitRule;
        private final List<GateListener> listeners = new ArrayList<>();
        private GateClock clock = GateClock.system();

        private Builder() {}

        /**
         * How many connections are served at once.
         *
         * @param limit at least 0, at most {@link #MAX_COUNT}
         * @return this builder
         */
        public Builder limit(int limit) {
            requireBetween(0, limit, "limit");
            this.limit = limit;
            this.limitRule = null;
            return this;
        }

        /**
         * How the number of connections that are served at once is found, and moves. It is 0 until the rule sets it, before the gate
         * is {@linkplain #build() built}.
         *
         * @param rule in the place of a limit
         * @return this builder
         */
        public Builder limit(LimitRule rule) {
            this.limit = 0;
            this.limitRule = Objects.requireNonNull(rule, "limit");
            return this;
        }

        /**
         * The order in which waiters are admitted. Default: that of their arrival.
         *
         * @param policy one that has not served a gate before
         * @return this builder
         */
        public Builder policy(SchedulingPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * The places in the waiting room. Default: 10,000. Who comes when all are taken is refused, unless newcomers are
         * {@linkplain AdmissionGate#holdWhenFull held back}.
         *
         * @param maxWaiting at least 0, which refuses everyone over the limit; at most {@link #MAX_COUNT}
         * @return this builder
         */
        public Builder maxWaiting(int maxWaiting) {
            requireBetween(0, maxWaiting, "maxWaiting");
            this.maxWaiting = maxWaiting;
            return this;
        }

        /**
         * The longest that a connection may wait. Default: 30 seconds.
         *
         * @param maxWait not negative; zero is for ever
         * @return this builder
         */
        public Builder maxWait(Duration maxWait) {
            if (maxWait.isNegative()) {
                throw new IllegalArgumentException("maxWait must not be negative, was " + maxWait);
            }
            this.maxWaitNanos = Durations.saturatedNanos(maxWait);
            return this;
        }

        /**
         * How many connections, served and waiting, one source may hold. Default: as many as there are slots and waiting
         * places.
         *
         * @param maxPerSource at least 1
         * @return this builder
         */
        public Builder maxPerSource(int maxPerSource) {
            if (maxPerSource < 1) {
                throw new IllegalArgumentException("maxPerSource must be at least 1, was " + maxPerSource);
            }
            this.maxPerSource = maxPerSource;
            return this;
        }

        /**
         * How a source's priority class is found. Default: everyone is of class 10.
         *
         * @param priorityClass a thread-safe function; 0 is the most urgent class
         * @return this builder
         */
        public Builder priorityClass(ToIntFunction<? super SocketAddress> priorityClass) {
            this.priorityClass = Objects.requireNonNull(priorityClass, "priorityClass");
            return this;
        }

        /**
         * What connections of the same source have in common. Default: the IP address.
         *
         * @param sourceKey a thread-safe function whose results have equals and hashCode
         * @return this builder
         */
        public Builder sourceKey(Function<? super SocketAddress, ?> sourceKey) {
            this.sourceKey = Objects.requireNonNull(sourceKey, "sourceKey");
            return this;
        }

        /**
         * Who watches, beside those that were given before. Default: nobody.
         *
         * @param listener told of every admission, after those that were added before
         * @return this builder
         */
        public Builder listener(GateListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Where time comes from. Default: the machine.
         *
         * @param clock tells the time and runs the timer
         * @return this builder
         */
        public Builder clock(GateClock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Makes the gate.
         *
         * @return a gate that nobody has come to yet
         * @throws IllegalStateException if no limit was set
         */
        public AdmissionGate build() {
            if (limit == UNSET) {
                throw new IllegalStateException("limit must be set: it has no default");
            }
            AdmissionGate gate = new AdmissionGate(this);
            if (limitRule != null) {
                gate.limit(limitRule);
            }
            return gate;
        }

        private static Object host(SocketAddress source) {
            if (source instanceof InetSocketAddress inet && inet.getAddress() != null) {
                return inet.getAddress();
            }
            return source;
        }
    }
}
