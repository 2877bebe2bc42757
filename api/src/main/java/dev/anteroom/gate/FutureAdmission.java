package dev.anteroom.gate;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A future of an admission that holds a slot. Either the gate completes it, or other code does: by cancelling it, by a
 * timeout, by a value of its own. The two race, and one flag decides. If other code wins, the admission leaves, and it
 * does so before the dependent stages run: they may look at the gate.
 */
final class FutureAdmission extends CompletableFuture<Admission> implements Awaiting {
    private final Executor executor;
    private final AtomicBoolean decided = new AtomicBoolean();

    /** Null only until the gate has decided at the door; no other code has this future before that. */
    private volatile @Nullable Admission admission;

    private FutureAdmission(Executor executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    static <S> CompletableFuture<Admission> of(Door<S> door, S source, Executor executor) {
        FutureAdmission future = new FutureAdmission(executor);
        Admission newcomer = door.enter(source, future::execute, future);
        future.admission = newcomer;
        switch (newcomer.decision()) {
            case ADMITTED -> future.admitted(newcomer);
            case REFUSED -> future.turnedAway(newcomer);
            case WAITING -> {}
        }
        return future;
    }

    /** Runs the callback. An executor that fails must not leave the future incomplete for ever. */
    private void execute(Runnable callback) {
        try {
            executor.execute(callback);
        } catch (RejectedExecutionException e) {
            throw e; // the gate runs the callback on this thread
        } catch (Throwable e) {
            fail(e);
            throw e;
        }
    }

    @Override
    public void admitted(Admission granted) {
        if (decide()) {
            super.complete(granted);
        }
    }

    @Override
    public void turnedAway(Admission refused) {
        fail(new NotAdmittedException(refused));
    }

    @Override
    public void abandoned(Admission left) {
        if (decided.get()) {
            return;
        }
        try {
            executor.execute(() -> turnedAway(left));
        } catch (Throwable e) {
            turnedAway(left); // the exception concerns neither this wait nor the code that ended it
        }
    }

    private void fail(Throwable reason) {
        if (decide()) {
            super.completeExceptionally(reason);
        }
    }

    private boolean decide() {
        return decided.compareAndSet(false, true);
    }

    /** Makes the admission leave, unless the gate has completed this future or is about to. */
    private boolean giveUp() {
        boolean first = decide();
        if (first) {
            leave();
        }
        return first;
    }

    private void leave() {
        Admission mine = admission;
        if (mine != null) {
            mine.leave();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        return giveUp() ? super.cancel(mayInterruptIfRunning) : isCancelled();
    }

    @Override
    public boolean complete(Admission value) {
        return giveUp() && super.complete(value);
    }

    @Override
    public boolean completeExceptionally(Throwable failure) {
        return giveUp() && super.completeExceptionally(failure);
    }

    @Override
    public CompletableFuture<Admission> completeAsync(Supplier<? extends Admission> supplier, Executor other) {
        other.execute(() -> {
            try {
                complete(supplier.get());
            } catch (Throwable e) {
                completeExceptionally(e);
            }
        });
        return this;
    }

    @Override
    public void obtrudeValue(Admission value) {
        if (value != admission) {
            decided.set(true);
            leave();
        }
        super.obtrudeValue(value);
    }

    @Override
    public void obtrudeException(Throwable failure) {
        decided.set(true);
        leave();
        super.obtrudeException(failure);
    }
}
