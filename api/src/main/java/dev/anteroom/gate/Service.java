package dev.anteroom.gate;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Serves an admission that is to come, and makes it leave. {@code thenCompose} would not do: it drops the slot if the
 * dependent stage was cancelled first.
 */
final class Service {
    private Service() {}

    static <T> CompletableFuture<T> begin(
            CompletableFuture<Admission> slot, Function<? super Admission, ? extends CompletionStage<T>> service) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var unused = slot.whenComplete((admission, failure) -> {
            if (failure != null) {
                result.completeExceptionally(failure);
            } else if (result.isDone()) {
                admission.leave();
            } else {
                serve(admission, service, result);
            }
        });
        var unusedToo = result.whenComplete((value, failure) -> slot.cancel(false));
        return result;
    }

    private static <T> void serve(
            Admission admission,
            Function<? super Admission, ? extends CompletionStage<T>> service,
            CompletableFuture<T> result) {
        try {
            var unused = service.apply(admission).whenComplete((value, failure) -> {
                admission.leave();
                complete(result, value, failure);
            });
        } catch (Throwable e) {
            admission.leave();
            result.completeExceptionally(e);
        }
    }

    private static <T> void complete(CompletableFuture<T> result, T value, @Nullable Throwable failure) {
        if (failure == null) {
            result.complete(value);
        } else {
            result.completeExceptionally(failure);
        }
    }
}
