package dev.anteroom.testkit;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread brings about: on a condition, never for a time. The deadline only ends a test that has failed. */
public final class Await {
    /** How long anything may take. */
    public static final Duration DEADLINE = Duration.ofSeconds(20);

    private static final long POLL_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private Await() {}

    /**
     * Waits until a condition holds.
     *
     * @param what the condition in words, for the failure
     * @param condition may be asked often, by the calling thread
     * @throws AssertionError if it does not hold in time
     */
    public static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + DEADLINE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("waited " + DEADLINE.toSeconds() + " s in vain until " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /**
     * Waits for a future's value.
     *
     * @param <T> of the value
     * @param future what to wait for
     * @return its value
     * @throws AssertionError if there is none in time, or it failed (the cause tells)
     */
    public static <T> T value(CompletableFuture<T> future) {
        try {
            return future.get(DEADLINE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the future failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("waited " + DEADLINE.toSeconds() + " s in vain for a future", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /**
     * Waits for a future's failure.
     *
     * @param future what to wait for
     * @return why it failed
     * @throws AssertionError if it has a value, or nothing comes of it in time
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
