package dev.anteroom.grpc;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Door;
import dev.anteroom.gate.NotAdmittedException;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call on its way through the gate, and the listener that gRPC tells of its events. Until the call has started, its
 * events are queued: there are few, because no message has been requested. Two threads meet here, the one that tells
 * events and the one that starts the call. The events of a listener must come one at a time and in order, so one of the
 * two delivers, and the other only queues.
 *
 * @param <Q> the type of the requests
 */
final class GatedCall<Q> extends ServerCall.Listener<Q> {
    private final Context context = Context.current();
    private final Queue<Consumer<ServerCall.Listener<Q>>> events = new ArrayDeque<>();
    private final CompletableFuture<Admission> admission;

    /** The application's listener, once the call has started and every queued event is delivered. */
    private volatile ServerCall.@Nullable Listener<Q> started;

    private GatedCall(CompletableFuture<Admission> admission) {
        this.admission = admission;
    }

    /**
     * Enters a call into the gate.
     *
     * @param start starts the call in the application
     * @return the listener of the call's events
     */
    static <Q> ServerCall.Listener<Q> enter(
            Door<? super ServerCall<?, ?>> door,
            Executor executor,
            ServerCall<Q, ?> call,
            Supplier<ServerCall.Listener<Q>> start) {
        var gated = new GatedCall<Q>(door.acquireAsync(call, executor));
        if (gated.admission.isDone()) {
            gated.begin(call, start);
        } else {
            gated.admission.whenComplete((slot, failure) -> gated.context.run(() -> gated.beginLater(call, start)));
        }
        return gated;
    }

    /** Begins a call that had to wait. gRPC does not see an exception here, so it is handled as gRPC would. */
    private void beginLater(ServerCall<Q, ?> call, Supplier<ServerCall.Listener<Q>> start) {
        try {
            begin(call, start);
        } catch (Throwable e) {
            System.getLogger("dev.anteroom.grpc").log(Level.ERROR, "a call failed when it was admitted", e);
            close(
                    call,
                    Status.UNKNOWN
                            .withDescription("Application error processing RPC")
                            .withCause(e));
        }
    }

    private void begin(ServerCall<Q, ?> call, Supplier<ServerCall.Listener<Q>> start) {
        try {
            admission.join();
        } catch (CancellationException e) {
            return; // by the client
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof NotAdmittedException notAdmitted)) {
                throw e;
            }
            close(call, Status.UNAVAILABLE.withDescription(notAdmitted.getMessage()));
            return;
        }
        try {
            deliverTo(start.get());
        } catch (Throwable e) {
            Door.leave(admission);
            throw e;
        }
    }

    private void close(ServerCall<Q, ?> call, Status status) {
        started = new ServerCall.Listener<>() {};
        try {
            call.close(status, new Metadata());
        } catch (IllegalStateException e) {
            // The application has closed it.
        }
    }

    /** Delivers the queued events, and those that come meanwhile, before any event is delivered directly. */
    private void deliverTo(ServerCall.Listener<Q> listener) {
        while (true) {
            Consumer<ServerCall.Listener<Q>> event;
            synchronized (events) {
                event = events.poll();
                if (event == null) {
                    started = listener;
                    return;
                }
            }
            event.accept(listener);
        }
    }

    private void tell(Consumer<ServerCall.Listener<Q>> event) {
        ServerCall.Listener<Q> listener = started;
        if (listener == null) {
            synchronized (events) {
                listener = started;
                if (listener == null) {
                    events.add(event);
                    return;
                }
            }
        }
        event.accept(listener);
    }

    @Override
    public void onMessage(Q message) {
        tell(listener -> listener.onMessage(message));
    }

    @Override
    public void onHalfClose() {
        tell(ServerCall.Listener::onHalfClose);
    }

    @Override
    public void onReady() {
        tell(ServerCall.Listener::onReady);
    }

    @Override
    public void onCancel() {
        end(ServerCall.Listener::onCancel);
    }

    @Override
    public void onComplete() {
        end(ServerCall.Listener::onComplete);
    }

    /** Tells the last event. The slot is free once the application has heard it. */
    private void end(Consumer<ServerCall.Listener<Q>> last) {
        if (admission.cancel(false)) {
            return;
        }
        tell(listener -> {
            try {
                last.accept(listener);
            } finally {
                Door.leave(admission);
            }
        });
    }
}
