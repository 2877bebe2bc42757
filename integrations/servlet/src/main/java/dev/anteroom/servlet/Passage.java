package dev.anteroom.servlet;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Door;
import dev.anteroom.gate.NotAdmittedException;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through the gate. As a listener of the request's asynchronous processing it ends the wait, or
 * gives the slot back, when the request is complete, however that came about.
 */
final class Passage implements AsyncListener {
    private final CompletableFuture<Admission> admission;
    private boolean begun;

    Passage(CompletableFuture<Admission> admission) {
        this.admission = admission;
    }

    /** Whether the wait is over and the request has not been served. Called by one thread at a time. */
    boolean isWaitOver() {
        return !begun && admission.isDone();
    }

    void begin() {
        begun = true;
    }

    /** Returns the slot; null if the request was not admitted. Called once the wait is over. */
    @Nullable
    Admission slot() {
        try {
            return admission.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof NotAdmittedException) {
                return null;
            }
            throw e;
        }
    }

    /** Runs an action when the wait is over. If it fails, because the request is complete, the slot is given back. */
    void whenWaitIsOver(Runnable action) {
        CompletableFuture<Void> resumed = admission.handle((slot, failure) -> {
            if (!admission.isCancelled()) {
                action.run();
            }
            return null;
        });
        resumed.exceptionally(failure -> {
            leave();
            return null;
        });
    }

    /** Leaves the queue, or gives back the slot. */
    void leave() {
        Door.leave(admission);
    }

    @Override
    public void onComplete(AsyncEvent event) {
        leave();
    }

    /** The container completes a request that has failed, unless another listener dispatches or completes it. */
    @Override
    public void onError(AsyncEvent event) {
        if (!begun) {
            leave();
        }
    }

    @Override
    public void onTimeout(AsyncEvent event) {
        // The application's, or the container's, to complete.
    }

    /** Goes on listening: a new cycle of asynchronous processing begins without the listeners of the one before. */
    @Override
    public void onStartAsync(AsyncEvent event) {
        event.getAsyncContext().addListener(this);
    }
}
