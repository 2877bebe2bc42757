package dev.anteroom.gate;

import dev.anteroom.expression.Durations;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A way into a gate for sources of one type: addresses, requests, tenants. The door knows the key, the class and the
 * deadline of a source; everything else is the gate's. A gate may have any number of doors, which share its slots, its
 * waiting room and its policy. A door is immutable and thread-safe.
 *
 * <pre>{@code
 * Door<Request> requests = gate.door(Request::tenant)
 *         .priorityClass(Request::urgency)
 *         .timeLeft(Request::timeLeft);
 *
 * // a thread
 * try (Admission slot = requests.acquire(request)) {
 *     serve(request);
 * }
 *
 * // stages; no thread waits
 * requests.serve(request, executor, slot -> serveLater(request));
 *
 * // a callback
 * requests.enter(request, loop, callback);
 * }</pre>
 *
 * @param <S> the type of the sources
 */
public final class Door<S> {
    private final AdmissionGate gate;
    private final Function<? super S, ?> sourceKey;
    private final ToIntFunction<? super S> priorityClass;
    private final @Nullable Function<? super S, @Nullable Duration> timeLeft;

    Door(
            AdmissionGate gate,
            Function<? super S, ?> sourceKey,
            ToIntFunction<? super S> priorityClass,
            @Nullable Function<? super S, @Nullable Duration> timeLeft) {
        this.gate = gate;
        this.sourceKey = Objects.requireNonNull(sourceKey, "sourceKey");
        this.priorityClass = Objects.requireNonNull(priorityClass, "priorityClass");
        this.timeLeft = timeLeft;
    }

    /**
     * Sets the function that classifies sources. Default: every source is of class 10.
     *
     * @param priorityClass a thread-safe function; 0 is the most urgent class
     * @return a copy of this door with that function
     */
    public Door<S> priorityClass(ToIntFunction<? super S> priorityClass) {
        return new Door<>(gate, sourceKey, priorityClass, timeLeft);
    }

    /**
     * Sets the function that says how much time a source has left, counted from the call. The source waits no longer:
     * it expires at that deadline, or after the gate's {@code maxWait} if that comes first. A source that has no time
     * left takes a free slot or expires at the door. Policies may admit by the deadline, as {@code edf} does. Default:
     * no source has a deadline.
     *
     * @param timeLeft a thread-safe function, which returns null for a source that has no deadline
     * @return a copy of this door with that function
     */
    public Door<S> timeLeft(Function<? super S, @Nullable Duration> timeLeft) {
        return new Door<>(gate, sourceKey, priorityClass, Objects.requireNonNull(timeLeft, "timeLeft"));
    }

    /**
     * Returns the gate behind this door.
     *
     * @return the gate
     */
    public AdmissionGate gate() {
        return gate;
    }

    /**
     * Enters a source, for code that must not block. {@link Admission#decision()} of the result says what was decided
     * at once. If the source has to wait, the callback is called later. Every admission must {@linkplain
     * Admission#leave() leave} in the end, whatever its state.
     *
     * <p>If this method is called on the source's own event loop, and that loop is also the executor, the callback
     * cannot run before this method has returned. The functions of the door are called before anything is reserved. If
     * one of them throws, so does this method, and the source is not counted.
     *
     * @param source what asks for a slot
     * @param executor runs the callback
     * @param callback is called when the wait ends
     * @return the admission of the source
     */
    public Admission enter(S source, Executor executor, AdmissionCallback callback) {
        return enter(source, executor, callback, true);
    }

    Admission enter(S source, Executor executor, AdmissionCallback callback, boolean mayWait) {
        Objects.requireNonNull(executor, "executor");
        Objects.requireNonNull(callback, "callback");
        Object key = Objects.requireNonNull(sourceKey.apply(source), "sourceKey returned null");
        int urgency = priorityClass.applyAsInt(source);
        Duration left = timeLeft == null ? null : timeLeft.apply(source);
        Admission newcomer = left == null
                ? new Admission(gate, source, key, urgency, executor, callback)
                : new AdmissionWithDeadline(gate, source, key, urgency, executor, callback, gate.deadlineAfter(left));
        gate.enter(newcomer, mayWait);
        return newcomer;
    }

    /**
     * Waits for a slot on the calling thread. Virtual threads are supported.
     *
     * @param source what asks for a slot
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if the source is refused, expires or is shed
     * @throws InterruptedException if the thread is interrupted before or while it waits; it then holds no slot
     */
    public Admission acquire(S source) throws NotAdmittedException, InterruptedException {
        return WaitingThread.acquire(this, source, Long.MAX_VALUE, null);
    }

    /**
     * Waits for a slot on the calling thread, for at most a given time.
     *
     * @param source what asks for a slot
     * @param timeout the longest time to wait; the gate's {@code maxWait} and the source's deadline apply too. Zero or
     *     less takes a free slot or none, without entering the waiting room, so that no waiter is displaced
     * @return an admission that holds a slot until it is closed
     * @throws NotAdmittedException if the source gets no slot within that time, or is refused, expires or is shed
     * @throws InterruptedException if the thread is interrupted before or while it waits; it then holds no slot
     */
    public Admission acquire(S source, Duration timeout) throws NotAdmittedException, InterruptedException {
        return WaitingThread.acquire(this, source, Durations.saturatedNanos(timeout), null);
    }

    /**
     * Waits for a slot without a thread. Prefer {@link #serve}, which also gives the slot back.
     *
     * <p>Cancelling the future, or completing it in any other way ({@code orTimeout}, {@code completeOnTimeout}, {@code
     * complete}, {@code obtrudeValue}), leaves the waiting room at once, and gives back the slot if the admission was
     * faster. A slot that has been taken from the future belongs to the code that took it, which must {@linkplain
     * Admission#leave() leave} even if it fails.
     *
     * @param source what asks for a slot
     * @param executor completes the future, and so runs the stages that depend on it, if the source has to wait. If it
     *     rejects the task, the thread that ended the wait completes the future
     * @return a future of an admission that holds a slot until it leaves. It fails with {@link NotAdmittedException} if
     *     the source is refused, expires or is shed
     */
    public CompletableFuture<Admission> acquireAsync(S source, Executor executor) {
        return FutureAdmission.of(this, source, executor);
    }

    /**
     * Ends what {@link #acquireAsync} began, for code whose service may be over at any moment: leaves the waiting room,
     * or gives the slot back, also one that nobody has taken from the future. Does nothing the second time.
     *
     * @param wait a future that {@link #acquireAsync} has returned
     */
    public static void leave(CompletableFuture<Admission> wait) {
        if (!wait.cancel(false) && !wait.isCompletedExceptionally()) {
            wait.join().leave();
        }
    }

    /**
     * Waits for a slot without a thread, serves the source, and gives the slot back when the service is over, however
     * it ends. Cancelling or completing the future while the source waits leaves the waiting room. Afterwards it
     * changes nothing: the slot is held until the service is over.
     *
     * @param <T> the type of the result
     * @param source what asks for a slot
     * @param executor calls the service, if the source has to wait
     * @param service serves the source; it is over when the stage that it returns is complete, or when it throws
     * @return a future of the result of the service. It fails with {@link NotAdmittedException} if the source is
     *     refused, expires or is shed
     */
    public <T> CompletableFuture<T> serve(
            S source, Executor executor, Function<? super Admission, ? extends CompletionStage<T>> service) {
        return Service.begin(acquireAsync(source, executor), Objects.requireNonNull(service, "service"));
    }
}
