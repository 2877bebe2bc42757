package dev.anteroom.gate;

import dev.anteroom.address.SourcePrefix;
import dev.anteroom.expression.Durations;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the number of connections that are served at once. The others wait in an order that a policy decides. Anything
 * else that a server serves may stand in the place of a connection, such as a request: see {@link #door}. Thread-safe.
 *
 * <pre>{@code
 * AdmissionGate gate = AdmissionGate.builder().limit(50).build();
 *
 * // a thread per connection
 * try (Admission slot = gate.acquire(socket)) {
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
 * admission.leave(); // when the connection is gone, whatever its state
 * }</pre>
 *
 * <h2>Promises</h2>
 *
 * <ol>
 *   <li>At most {@code limit} admissions hold a slot. After the limit is lowered, the gate admits nothing until the
 *       number of active connections is below the new limit, and it cuts no connection off.
 *   <li>A slot is never left free while the policy has a connection to admit, unless the gate is paused.
 *   <li>Each admission ends exactly once: released, refused, expired, abandoned or shed. The counters add up at every
 *       moment.
 *   <li>A waiting connection is overtaken only as the policy's order says.
 *   <li>User code runs outside the lock. There are two exceptions: the policy, whose calls the lock serializes, and
 *       reading the clock.
 *   <li>Admitting does not recurse, however fast the admitted connections fail.
 *   <li>The number of waiting places, the waiting time and the connections of one source are bounded. So is the time
 *       for which one call keeps other threads from the lock, however many connections wait.
 * </ol>
 */
/*
 * How it works
 *
 * One word holds the state that decides: the number of free slots (the limit less the active connections, negative
 * after the limit was lowered), the number of waiters, whether the gate is closed, whether the fast path is barred, and
 * the number of connections admitted at the door:
 *
 *     63          43 42         22   21     20   19              0
 *    +--------------+-------------+------+-------+-----------------+
 *    | free, signed |   waiting   |closed|barred | admitted at door|
 *    +--------------+-------------+------+-------+-----------------+
 *
 * While the waiting room is empty, entering takes one compare-and-set (one slot less, one admission more) and releasing
 * takes another. Neither takes the lock. The word counts free slots rather than active connections so that a change of
 * the limit is a change of the word: a newcomer cannot be admitted on the basis of a limit that it read before the
 * change. The word also counts the admissions at the door, so that a snapshot never sees a slot taken by an admission
 * that is not counted yet. Before that field is full, its count is carried over into a plain counter, under the lock.
 *
 * The lock protects the waiting room. Two rules make it impossible to lose a wake-up:
 *
 *   - `waiting` is changed only under the lock;
 *   - while `waiting` is not 0, the word is changed only under the lock.
 *
 * A thread that holds the lock and finds a waiter may therefore read and write the word as if it were alone. The only
 * race is for the first waiter, and the word settles it: T1, under the lock, finds no free slot and is about to wait;
 * T2 releases, finds no waiter, and frees a slot by compare-and-set. One of the two compare-and-sets fails. If it is
 * T1's, T1 looks again and takes the slot. If it is T2's, T2 looks again, finds a waiter, and takes the lock to hand
 * the slot over.
 *
 * Every critical section, whatever its purpose, ends by handing free slots to waiters (handOff). Every wait also ends
 * under the lock. Together these keep promise 2 and most of promise 3. Admissions whose wait has ended are linked into
 * a list, and their callbacks run after the lock is released: see Deliveries. All other user code waits until then too,
 * log handlers included. Only the policy runs under the lock. If it calls a gate, the call throws and the policy is
 * dropped: see GateLock.
 *
 * A policy that tracks the served connections bars the fast path by a bit of the word. Every connection then enters and
 * leaves under the lock, a newcomer is admitted at the door only if the policy dequeues it at once, and slots may stay
 * free beside waiters because the policy wants it so. A paused gate bars the fast path in the same way, and hands no
 * slot off.
 *
 * The next waiter to expire is the oldest, or the one with the first deadline, if some have deadlines of their own. One
 * task of the clock waits for it, or a few: see ExpiryTimer.
 *
 * Work that concerns many waiters is done in portions, and other threads may take the lock between two of them. What
 * they find then keeps every promise, so each kind of work is divided in its own way:
 *
 *   - Expiry: waiters expire one by one, in the order of their deadlines. A waiter that is due but has not expired yet
 *     still waits, and may be admitted.
 *   - Closing: all waiters, whatever their number, are refused in one instant. The word and the counters say so, the
 *     policy is dropped, and newcomers are refused. What remains is to settle the state of each waiter and to run its
 *     callback. A waiter that leaves before its turn is settled at once, and finds that it was refused.
 *   - Raising the limit: the limit rises in steps, each of which admits as many waiters as it adds slots.
 *   - Resuming: the gate stays paused until the waiters for which there are slots have been admitted.
 *   - Changing the policy: the new policy is filled while the old one still decides, and it learns of waiters that
 *     leave. It takes over in one instant. If both policies shared the waiters meanwhile, waiters would be overtaken in
 *     an order that is neither's; the same is true of admitting in order of arrival meanwhile. A waiter therefore has a
 *     node for a queue of each policy: see PolicyChange.
 *   - Dropping a faulty policy: this takes one instant, because the room itself is a list in order of arrival.
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

    /** The number of waiters that are handled before other threads may take the lock. */
    private static final int PORTION = 64;

    /** Places beyond {@code maxWaiting} for connections that were on their way when the acceptors were paused. */
    private static final int LATECOMERS = 4_096;

    private final int maxWaiting;
    private final long maxWaitNanos;
    private final Door<SocketAddress> addresses;
    private final Function<? super SocketAddress, ?> sourceKey;
    private final SourceCounts sources;
    private final Listeners listeners;
    private final GateClock clock;
    private final Acceptors acceptors;

    private final AtomicLong word;
    private final GateLock lock = new GateLock();
    private final ExpiryTimer timer = new ExpiryTimer(this);

    // The fields below are guarded by the lock. The volatile ones are only written under it.
    private volatile int limit;
    private volatile boolean paused;
    private volatile @Nullable RuleLimitControl limitControl;
    private final WaitingRoom room;
    private long sequence;
    private boolean expiring;

    /** The time, which is read at most once while the lock is held. */
    private long nowNanos;

    private boolean nowKnown;

    /** The number of times that the user has set a limit or a rule. */
    private int limitsSet;

    /** The number of times that the limit was changed, by the user or by a rule. */
    private int limitMoves;

    /** The number of times that the gate was paused. */
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
        sourceKey = builder.sourceKey;
        addresses = new Door<>(this, sourceKey, builder.priorityClass, null);
        sources = new SourceCounts(builder.maxPerSource);
        listeners = new Listeners(builder.listeners);
        clock = builder.clock;
        acceptors = new Acceptors(maxWaiting);
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
                () -> "policy " + order.name() + " serves another gate; this gate admits in order of arrival",
                new IllegalArgumentException("a policy serves one gate"));
        return NamedPolicy.ARRIVAL;
    }

    /**
     * Returns a builder of gates.
     *
     * @return a builder, on which {@link Builder#limit} must be called
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens a door for sources of another type than addresses, such as requests. They share the slots, the waiting room
     * and the policy with all others.
     *
     * @param <S> the type of the sources
     * @param sourceKey says which of them count as one source, for {@link Builder#maxPerSource} and for policies that
     *     divide the slots; a thread-safe function whose results have equals and hashCode
     * @return a door, which may also be told their classes and deadlines
     */
    public <S> Door<S> door(Function<? super S, ?> sourceKey) {
        return new Door<>(this, sourceKey, source -> Builder.DEFAULT_CLASS, null);
    }

    /**
     * Returns the door for connections, with the functions that the builder was given. {@link #enter} and {@link
     * #acquire} use it.
     *
     * @return the door of this gate whose sources are addresses
     */
    public Door<SocketAddress> addresses() {
        return addresses;
    }

    /**
     * Returns the key under which the gate counts an address, for doors whose sources have one.
     *
     * @param address any address
     * @return the result of the function {@link Builder#sourceKey}
     */
    public Object sourceKey(SocketAddress address) {
        return sourceKey.apply(address);
    }

    /**
     * Enters a connection by its address, as {@link Door#enter} does.
     *
     * @param source the address that the connection comes from
     * @param executor runs the callback
     * @param callback is called when the wait ends
     * @return the admission of the connection
     */
    public Admission enter(SocketAddress source, Executor executor, AdmissionCallback callback) {
        return addresses.enter(source, executor, callback);
    }

    /** Decides on a newcomer at the door. */
    void enter(Admission newcomer, boolean mayWait) {
        if (!listeners.isEmpty()) {
            newcomer.startTiming(clock.nanoTime());
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
            reportOutcome(newcomer);
        }
    }

    /** Returns the deadline of a source that has a given time left. */
    long deadlineAfter(Duration timeLeft) {
        return clock.nanoTime() + Math.max(0, Durations.saturatedNanos(timeLeft));
    }

    /**
     * Waits for a slot, for code that has a thread for each connection. Virtual threads are supported. A client that
     * leaves meanwhile is not noticed; {@link #acquire(Socket)} notices it.
     *
     * @param source the address that the connection comes from
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if the connection is refused, expires or is shed
     * @throws InterruptedException if the thread is interrupted before or while it waits; it then holds no slot
     */
    public Admission acquire(SocketAddress source) throws NotAdmittedException, InterruptedException {
        return addresses.acquire(source);
    }

    /**
     * Waits for a slot for at most a given time.
     *
     * @param source the address that the connection comes from
     * @param timeout the longest time to wait; the gate's own {@code maxWait} applies too. Zero or less takes a free
     *     slot or none, without entering the waiting room, so that no waiter is displaced
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if the connection gets no slot within that time, or is refused, expires or is shed
     * @throws InterruptedException if the thread is interrupted before or while it waits; it then holds no slot
     */
    public Admission acquire(SocketAddress source, Duration timeout) throws NotAdmittedException, InterruptedException {
        return addresses.acquire(source, timeout);
    }

    /**
     * Waits for a slot until the client leaves. A client has left when it has closed or reset the connection, or has
     * shut down its sending side, which looks the same from here; bytes that it sent before do not matter. This is
     * noticed on Linux, for TCP, and usually within a second; on a machine with very many connections it takes a few.
     * The socket is not touched, so no byte is lost. It stays open: the caller closes it.
     *
     * @param socket a connected socket, TLS included
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if the connection is refused, expires or is shed, or abandoned because the client
     *     has left
     * @throws InterruptedException if the thread is interrupted before or while it waits; it then holds no slot
     * @throws IllegalArgumentException if the socket is not connected
     */
    public Admission acquire(Socket socket) throws NotAdmittedException, InterruptedException {
        return acquire(socket.getLocalSocketAddress(), socket.getRemoteSocketAddress(), socket);
    }

    /**
     * Waits for a slot until the client leaves, as {@link #acquire(Socket)} does. The channel may be in blocking mode
     * or not. The departure of a client of a Unix-domain socket is not noticed.
     *
     * @param channel a connected channel
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if the connection is refused, expires or is shed, or abandoned because the client
     *     has left
     * @throws InterruptedException if the thread is interrupted before or while it waits; it then holds no slot
     * @throws IOException if the channel is closed
     * @throws IllegalArgumentException if the channel is not connected
     */
    public Admission acquire(SocketChannel channel) throws NotAdmittedException, InterruptedException, IOException {
        return acquire(channel.getLocalAddress(), channel.getRemoteAddress(), channel);
    }

    private Admission acquire(@Nullable SocketAddress local, @Nullable SocketAddress remote, Object socket)
            throws NotAdmittedException, InterruptedException {
        if (remote == null) {
            throw new IllegalArgumentException("socket must be connected, was " + socket);
        }
        return WaitingThread.acquire(addresses, remote, Long.MAX_VALUE, TcpConnection.of(local, remote));
    }

    /**
     * Waits for a slot without a thread, as {@link Door#acquireAsync} does.
     *
     * @param source the address that the connection comes from
     * @param executor completes the future, if the connection has to wait
     * @return a future of an admission that holds a slot until it leaves
     */
    public CompletableFuture<Admission> acquireAsync(SocketAddress source, Executor executor) {
        return addresses.acquireAsync(source, executor);
    }

    /**
     * Adds a listener, which is told of every event from now on, after the other listeners. It also hears how
     * admissions go on that arrived before; their times of arrival and service are unknown if the gate had neither
     * listener nor rule then.
     *
     * @param listener a listener; one that is added twice is told twice
     */
    public void addListener(GateListener listener) {
        Objects.requireNonNull(listener, "listener");
        locked(() -> listeners.add(listener));
    }

    /**
     * Removes a listener. Events that are under way on other threads may still reach it.
     *
     * @param listener a listener of this gate
     * @return false if the gate does not have it
     */
    public boolean removeListener(GateListener listener) {
        return underLock(() -> listeners.remove(listener));
    }

    /**
     * Returns the number of slots.
     *
     * @return the limit that was set last
     */
    public int limit() {
        return limit;
    }

    /**
     * Returns the number of places in the waiting room.
     *
     * @return the value of {@link Builder#maxWaiting}
     */
    public int maxWaiting() {
        return maxWaiting;
    }

    /**
     * Changes the number of slots. Raising it admits waiters at once. After it is lowered, the gate admits nothing
     * until enough connections have left. With a limit of 0 every newcomer waits; a gate that borrows its slots from
     * elsewhere starts this way. This ends a {@linkplain #limit(LimitRule) rule} that has moved the limit so far.
     *
     * @param newLimit at least 0, at most {@link #MAX_COUNT}
     * @throws IllegalArgumentException if it is out of bounds
     */
    public void limit(int newLimit) {
        requireBetween(0, newLimit, "limit");
        moveLimit(newLimit, () -> {
            limitsSet++;
            limitControl = null;
            listeners.replaceRuleListener(null);
            return true;
        });
    }

    /**
     * Lets a rule move the number of slots, instead of the rule before it. If {@link LimitRule#govern} throws, so does
     * this method, and the limit and the rule before it stay in force.
     *
     * @param rule is asked to govern this gate before this method returns
     */
    public void limit(LimitRule rule) {
        RuleLimitControl next = new RuleLimitControl(this, rule);
        int before = underLock(() -> limitsSet);
        GateListener listener = govern(next);
        int wanted = underLock(next::endTrial);
        moveLimit(wanted, () -> putInForce(next, listener, before));
    }

    private @Nullable GateListener govern(RuleLimitControl next) {
        try {
            return next.rule().govern(next);
        } catch (Throwable e) {
            underLock(next::endTrial);
            throw e;
        }
    }

    /** Puts a rule in force, unless the user has set another limit since the rule was asked to govern. */
    private boolean putInForce(RuleLimitControl next, @Nullable GateListener listener, int before) {
        if (limitsSet != before) {
            return false;
        }
        limitsSet++;
        limitControl = next;
        listeners.replaceRuleListener(listener);
        return true;
    }

    /**
     * Returns the rule that moves the limit.
     *
     * @return the rule, or null if no rule is in force
     */
    public @Nullable LimitRule limitRule() {
        RuleLimitControl current = limitControl;
        return current == null ? null : current.rule();
    }

    /** Moves the limit for a rule. Returns false if that rule is no longer in force. */
    boolean moveLimitFor(RuleLimitControl by, int newLimit) {
        requireBetween(0, newLimit, "limit");
        return underLock(() -> by.noteLimit(newLimit))
                || moveLimit(newLimit, () -> limitControl == by && !room.isClosed());
    }

    /**
     * Moves the limit if {@code mayMove} allows it. If many connections wait, the limit rises in steps, each of which
     * admits some of them.
     */
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
        while (continueMove(newLimit, move)) {
            lock.giveWay();
        }
        return true;
    }

    private boolean continueMove(int newLimit, int move) {
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
     * Changes the order in which connections are admitted. The waiters are handed to the new policy in order of
     * arrival, some at a time, and it takes over in one instant when it has them all. If the gate is given another
     * policy meanwhile, that one takes over instead. Does nothing if this policy is in force already.
     *
     * @param newPolicy a policy that has not served a gate before
     * @throws IllegalArgumentException if the policy fails to take the waiters in, or serves a gate already; the policy
     *     before it stays in force
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
                    "policy " + change.order().name()
                            + " failed to take the waiters in; the policy before it stays in force",
                    change.fault());
        }
    }

    /**
     * Fills a policy in portions. If connections come and go faster than that, the last portion takes all that remain.
     */
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
     * Pauses an acceptor when the waiting room is full, until a quarter of its places are free again. From now on no
     * connection is refused because the room is full: connections that were on their way when it filled (a few for each
     * loop that accepts) are taken in beyond {@code maxWaiting}. Past 4,096 of them, newcomers are refused again.
     *
     * @param acceptor the source of connections, such as a listening socket
     * @return a handle that, when closed, ends this control and resumes the acceptor
     * @throws IllegalStateException if the gate has no waiting places, so that there would be no moment at which to
     *     resume
     */
    public Acceptor.Control pauseWhenFull(Acceptor acceptor) {
        Objects.requireNonNull(acceptor, "acceptor");
        if (maxWaiting == 0) {
            throw new IllegalStateException("maxWaiting must be at least 1 to hold newcomers back, was 0");
        }
        return acceptors.add(acceptor);
    }

    /**
     * Stops admitting until {@link #resume}. Served connections are left alone. Waiters keep their places and expire as
     * before. Newcomers wait, or are refused if no place is free. Does nothing if the gate is paused already.
     */
    public void pause() {
        locked(() -> {
            paused = true;
            pauses++;
        });
    }

    /** Admits connections again, waiters first. Does nothing if the gate is not paused. */
    public void resume() {
        int pause = underLock(() -> pauses);
        while (resumePortion(pause)) {
            lock.giveWay();
        }
    }

    /**
     * Admits a portion of the waiters, and ends the pause when no more can be admitted. Returns true if the gate is
     * still paused.
     */
    private boolean resumePortion(int pause) {
        lock();
        try {
            if (pauses != pause || !paused) {
                return false;
            }
            paused = mayHandOff() && handOffUpTo(PORTION, now());
            return paused;
        } finally {
            unlockAndDeliver();
        }
    }

    /**
     * Whether the gate is paused.
     *
     * @return true from {@link #pause} until {@link #resume} has admitted the waiters for which there are slots
     */
    public boolean isPaused() {
        return paused;
    }

    /**
     * Returns the gate's figures.
     *
     * @return a consistent view of one moment
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
     * Lists the first waiters, for display. Holds the lock while it lists them.
     *
     * @param most the largest number of waiters to list
     * @return the waiters in the order in which they would be admitted, or in order of arrival if the policy
     *     {@linkplain SchedulingPolicy#preview has no preview}
     */
    public List<Admission> waiters(int most) {
        List<Admission> first = new ArrayList<>();
        locked(() -> room.preview(most, now(), first));
        return first;
    }

    /** Refuses all waiters and all newcomers. Served connections are left alone. Does nothing the second time. */
    @Override
    public void close() {
        locked(() -> {
            long w = word.getAndUpdate(before -> (before | CLOSED) & ~WAITING);
            refused += waiting(w);
            room.close();
        });
        while (refusePortion()) {
            lock.giveWay();
        }
    }

    /**
     * Settles the state of a portion of the waiters that closing has refused. They are counted already. Returns true if
     * more are left.
     */
    private boolean refusePortion() {
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
            newcomer.startWaiting(now, ++sequence, maxWaitNanos);
            newcomer.decide(decide(newcomer, mayWait && !newcomer.isLate(now), now));
            if (newcomer.decision() == Admission.Decision.WAITING && !expiring) {
                setTimer(now);
            }
        });
    }

    /** Decides on a newcomer, and changes the word and the room accordingly. */
    private Admission.Decision decide(Admission newcomer, boolean mayWait, long now) {
        if (room.tracksServed() && offerToPolicy(newcomer, now)) {
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
                return turnAwayAtDoor(newcomer, now);
            } else if (word.compareAndSet(w, w + ONE_WAITING)) {
                room.add(newcomer, now);
                return Admission.Decision.WAITING;
            }
        }
    }

    /** Turns away a newcomer that must not wait: its deadline has passed, or its caller does not want it to. */
    private Admission.Decision turnAwayAtDoor(Admission newcomer, long now) {
        if (newcomer.isLate(now)) {
            expired++;
            newcomer.endWait(Admission.State.EXPIRED, now);
        } else {
            abandoned++;
            newcomer.endWait(Admission.State.ABANDONED, now);
        }
        return Admission.Decision.REFUSED;
    }

    private int places() {
        return acceptors.isEmpty() ? maxWaiting : maxWaiting + LATECOMERS;
    }

    /**
     * Offers a newcomer to a policy that tracks the served connections. The newcomer is in the room meanwhile, even if
     * the room is full. Returns false if the policy does not dequeue it at once.
     */
    private boolean offerToPolicy(Admission newcomer, long now) {
        if ((word.get() & CLOSED) != 0 || free(word.get()) <= 0 || paused) {
            return false;
        }
        word.addAndGet(ONE_WAITING);
        room.add(newcomer, now);
        atDoor = newcomer;
        handOff();
        atDoor = null;
        if (!room.contains(newcomer)) {
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

    /** Refuses a newcomer whose source is at its cap, and was therefore not counted. */
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

    /** Gives up a place in the waiting room. Returns false if the admission no longer waits. */
    boolean abandon(Admission waiter) {
        boolean waited;
        lock();
        try {
            waited = room.contains(waiter) && !room.isClosed();
            if (waited) {
                long now = now();
                room.remove(waiter, now);
                abandoned++;
                word.addAndGet(-ONE_WAITING);
                waiter.endWait(Admission.State.ABANDONED, now);
            } else if (room.contains(waiter)) {
                turnAway(waiter);
            }
        } finally {
            unlockAndDeliver();
        }
        if (waited) {
            leaveSource(waiter);
            reportOutcome(waiter);
            waiter.tellAbandoned();
        }
        return waited;
    }

    /** Gives a slot back, or hands it to the next waiter. The admission's state is RELEASED already. */
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

    /**
     * Hands free slots to waiters. Called under the lock: while a connection waits, no other thread changes the word.
     */
    private void handOff() {
        if (mayHandOff() && !paused) {
            handOffUpTo(MAX_COUNT, now());
        }
    }

    /** Hands off at most a given number of slots. Returns true if more can be handed off. */
    private boolean handOffUpTo(int most, long now) {
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

    /** Expires the waiters that are due. Called by a task of the timer that was due at a given time. */
    void expire(long taskDueNanos) {
        try {
            underLock(() -> timer.remove(taskDueNanos));
            while (expirePortion()) {
                lock.giveWay();
            }
        } finally {
            locked(this::retryExpiry);
        }
    }

    private boolean expirePortion() {
        lock();
        try {
            expiring = true;
            long now = nowOrBefore();
            for (int i = 0; ; i++) {
                Admission next = room.nextToExpire(maxWaitNanos);
                if (next == null || now - next.expiryNanos(maxWaitNanos) < 0) {
                    expiring = false;
                    setTimer(now);
                    return false;
                } else if (i == PORTION) {
                    return true;
                }
                room.remove(next, now);
                expired++;
                endWait(next, Admission.State.EXPIRED, now);
            }
        } finally {
            unlockAndDeliver();
        }
    }

    /** Sets the timer again after expiry has failed, which is not expected. */
    private void retryExpiry() {
        if (expiring) {
            expiring = false;
            setTimer(nowOrBefore());
        }
    }

    /** Makes sure that the timer looks when the next waiter expires. */
    private void setTimer(long now) {
        Admission next = room.nextToExpire(maxWaitNanos);
        long delayNanos = next == null ? 0 : timer.add(next.expiryNanos(maxWaitNanos), now);
        if (delayNanos > 0) {
            lock.afterUnlock(() -> schedule(delayNanos, now + delayNanos));
        }
    }

    private void schedule(long delayNanos, long dueNanos) {
        try {
            clock.schedule(delayNanos, timer.task(dueNanos));
        } catch (Throwable e) {
            underLock(() -> timer.remove(dueNanos));
            Faults.report(
                    Level.ERROR,
                    () -> "the clock did not accept the timer; the next connection that waits sets it again",
                    e);
        }
    }

    private void shed(Admission waiter, long now) {
        shed++;
        endWait(waiter, Admission.State.SHED, now);
    }

    /** Ends the wait of a waiter that has left the room: counts it no longer, and queues its callback. */
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

    /** Returns the time, which stays the same until the lock is released. */
    private long now() {
        if (!nowKnown) {
            nowNanos = clock.nanoTime();
            nowKnown = true;
        }
        return nowNanos;
    }

    /** Returns the time, or the time last read if the clock fails, for work that must be done in any case. */
    private long nowOrBefore() {
        try {
            return now();
        } catch (Throwable e) {
            lock.afterUnlock(() -> Faults.report(Level.ERROR, () -> "the clock failed", e));
            return nowNanos;
        }
    }

    /** Reads or changes state that cannot end a wait. Hands no slot off. */
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
            if (acceptors.update(waiting(word.get()))) {
                lock.afterUnlock(acceptors::tell);
            }
        } finally {
            Admission first = firstEnded;
            Admission last = lastEnded;
            firstEnded = null;
            lastEnded = null;
            timer.keepGate(this, room.oldest() != null);
            List<Runnable> afterUnlock = lock.takeAfterUnlock();
            lock.unlock();
            afterUnlock.forEach(AdmissionGate::run);
            leaveSources(first);
            Deliveries.deliver(first, last);
        }
    }

    private static void run(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            Faults.report(Level.ERROR, () -> "a task that ran after the lock was released failed", e);
        }
    }

    /**
     * Uncounts the sources of connections that were not admitted. An admitted connection still counts towards its
     * source.
     */
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

    /** Reports to the listeners whether a connection was admitted or turned away. Called outside the lock. */
    void reportOutcome(Admission admission) {
        if (listeners.isEmpty()) {
            return;
        }
        switch (admission.state()) {
            // An admitted connection may have left already.
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

    /** Builds gates. Not thread-safe. */
    public static final class Builder {
        private static final int UNSET = -1;
        private static final int DEFAULT_CLASS = 10;

        private int limit = UNSET;
        private @Nullable SchedulingPolicy policy;
        private int maxWaiting = 10_000;
        private long maxWaitNanos = Duration.ofSeconds(30).toNanos();
        private int maxPerSource = Integer.MAX_VALUE;
        private ToIntFunction<? super SocketAddress> priorityClass = source -> DEFAULT_CLASS;
        private Function<? super SocketAddress, ?> sourceKey = SourcePrefix.DEFAULT;
        private @Nullable LimitRule limitRule;
        private final List<GateListener> listeners = new ArrayList<>();
        private GateClock clock = GateClock.system();

        private Builder() {}

        /**
         * Sets how many connections are served at once.
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
         * Sets a rule that moves the number of connections that are served at once. The limit is 0 until the rule sets
         * it, which may be before {@link #build()} returns.
         *
         * @param rule moves the limit, instead of a fixed one
         * @return this builder
         */
        public Builder limit(LimitRule rule) {
            this.limit = 0;
            this.limitRule = Objects.requireNonNull(rule, "limit");
            return this;
        }

        /**
         * Sets the order in which waiters are admitted. Default: order of arrival.
         *
         * @param policy a policy that has not served a gate before
         * @return this builder
         */
        public Builder policy(SchedulingPolicy policy) {
            this.policy = Objects.requireNonNull(policy, "policy");
            return this;
        }

        /**
         * Sets the number of places in the waiting room. Default: 10,000. A connection that comes when all are taken is
         * refused, unless the gate {@linkplain AdmissionGate#pauseWhenFull pauses its acceptors}.
         *
         * @param maxWaiting at least 0, which refuses every connection over the limit; at most {@link #MAX_COUNT}
         * @return this builder
         */
        public Builder maxWaiting(int maxWaiting) {
            requireBetween(0, maxWaiting, "maxWaiting");
            this.maxWaiting = maxWaiting;
            return this;
        }

        /**
         * Sets the longest time that a connection may wait. Default: 30 seconds.
         *
         * @param maxWait not negative; zero means no bound
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
         * Sets how many connections, served and waiting together, one source may have. Default: as many as there are
         * slots and waiting places.
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
         * Sets the function that classifies sources. Default: every source is of class 10.
         *
         * @param priorityClass a thread-safe function; 0 is the most urgent class
         * @return this builder
         */
        public Builder priorityClass(ToIntFunction<? super SocketAddress> priorityClass) {
            this.priorityClass = Objects.requireNonNull(priorityClass, "priorityClass");
            return this;
        }

        /**
         * Sets the function that says which connections count as one source. Default: {@link SourcePrefix#DEFAULT},
         * those of one IPv4 address or of one IPv6 network of 64 bits.
         *
         * @param sourceKey a thread-safe function whose results have equals and hashCode, and are comparable if clients
         *     can choose them: then many keys with one hash cost no more than others
         * @return this builder
         */
        public Builder sourceKey(Function<? super SocketAddress, ?> sourceKey) {
            this.sourceKey = Objects.requireNonNull(sourceKey, "sourceKey");
            return this;
        }

        /**
         * Adds a listener. Default: none.
         *
         * @param listener is told of every admission, after the listeners that were added before it
         * @return this builder
         */
        public Builder listener(GateListener listener) {
            listeners.add(Objects.requireNonNull(listener, "listener"));
            return this;
        }

        /**
         * Sets the clock. Default: {@link GateClock#system()}.
         *
         * @param clock tells the time and runs the timer
         * @return this builder
         */
        public Builder clock(GateClock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Builds the gate.
         *
         * @return a new gate
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
    }
}
