package dev.anteroom.testkit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.function.Executable;

/**
 * Waits for a condition that another thread brings about, never for a period of time. The deadline only ends a test
 * that has failed.
 */
public final class Await {
    /** Time after which a wait fails: 20 seconds, or as many as {@code -Danteroom.deadline} says. */
    public static final Duration DEADLINE = Duration.ofSeconds(Integer.getInteger("anteroom.deadline", 20));

    private static final ThreadLocal<Duration> BOUND = ThreadLocal.withInitial(() -> DEADLINE);

    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private Await() {}

    /** Runs a test of a faulty subject, which must fail: its waits on this thread are in vain after a shorter time. */
    static void within(Duration bound, Executable test) throws Throwable {
        BOUND.set(bound);
        try {
            test.execute();
        } finally {
            BOUND.remove();
        }
    }

    /** Returns the time after which waits of the current thread fail. */
    static Duration bound() {
        return BOUND.get();
    }

    /**
     * Waits until a condition is true.
     *
     * @param what the condition in words, for the failure
     * @param condition the condition, which the calling thread evaluates repeatedly
     * @throws AssertionError if the condition is not true in time
     */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + bound().toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + bound().toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * Waits for a future's value.
     *
     * @param <T> the type of the value
     * @param future the future to wait for
     * @return the value
     * @throws AssertionError if the future has no value in time, or has failed (see the cause)
     */
    public static <T> T value(CompletableFuture<T> future) {
        try {
            return future.get(bound().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the future failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("waited " + bound().toSeconds() + " s in vain for a future", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * Waits for a future's failure.
     *
     * @param future the future to wait for
     * @return the reason of the failure
     * @throws AssertionError if the future has a value, or is not done in time
     */
    public static Throwable failure(CompletableFuture<?> future) {
        until("the future is done", future::isDone);
        return future.handle((value, failure) -> {
                    if (failure == null) {
                        throw new AssertionError("the future has a value: " + value);
                    }
                    return failure;
                })
                .join();
    }
}
