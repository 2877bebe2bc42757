package dev.anteroom.grpc;

import dev.anteroom.gate.Door;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gates the calls of a gRPC server. A call has a slot from its start until it is closed, also if it streams for hours.
 * A call over the limit waits without a thread. Its messages are not requested meanwhile, so they stay within its flow
 * control window. A call that the client cancels, or whose deadline passes, leaves the queue at once and is not served.
 *
 * <pre>{@code
 * Door<ServerCall<?, ?>> calls = gate.door(AdmissionInterceptor::remoteAddress)
 *         .timeLeft(AdmissionInterceptor::timeLeft);
 *
 * Server server = NettyServerBuilder.forPort(port)
 *         .intercept(new AdmissionInterceptor(calls, executor))
 *         .addService(service)
 *         .build();
 * }</pre>
 *
 * <p>A call that is refused, expires or is shed is closed with the status UNAVAILABLE, on which clients may retry.
 * Interceptors that were added later run before this one, whether the call is admitted or not.
 */
public final class AdmissionInterceptor implements ServerInterceptor {
    private final Door<? super ServerCall<?, ?>> door;
    private final Executor executor;

    /**
     * Creates an interceptor.
     *
     * @param door the way into the gate, which knows the source, the class and the deadline of a call
     * @param executor starts the calls that had to wait, which may run code of the service; usually the server's own
     *     executor
     */
    public AdmissionInterceptor(Door<? super ServerCall<?, ?>> door, Executor executor) {
        this.door = Objects.requireNonNull(door, "door");
        this.executor = Objects.requireNonNull(executor, "executor");
    }

    /**
     * Returns where a call comes from, as the source of a {@link Door}.
     *
     * @param call the call
     * @return the client's address; the word "unknown" if the transport has none
     */
    public static Object remoteAddress(ServerCall<?, ?> call) {
        Object address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
        return address == null ? "unknown" : address;
    }

    /**
     * Returns how long the client waits for an answer, as the deadline of a {@link Door}. Called on the thread that
     * intercepts the call.
     *
     * @param call the call
     * @return the time until the deadline of the call; null if it has none
     */
    public static @Nullable Duration timeLeft(ServerCall<?, ?> call) {
        Deadline deadline = Context.current().getDeadline();
        return deadline == null ? null : Duration.ofNanos(deadline.timeRemaining(TimeUnit.NANOSECONDS));
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        return GatedCall.enter(door, executor, call, () -> next.startCall(call, headers));
    }
}
