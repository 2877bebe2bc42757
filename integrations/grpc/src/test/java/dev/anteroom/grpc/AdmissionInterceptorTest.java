package dev.anteroom.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.common.util.concurrent.ListenableFuture;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.testkit.Await;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AdmissionInterceptorTest {
    private static final MethodDescriptor<String, String> UNARY = method("unary", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<String, String> STREAM =
            method("stream", MethodDescriptor.MethodType.BIDI_STREAMING);

    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(100)
            .maxWait(Duration.ofSeconds(60))
            .build();
    private final ExecutorService executor = Executors.newFixedThreadPool(8);
    private final List<String> served = new CopyOnWriteArrayList<>();
    private final List<StreamObserver<String>> answers = new CopyOnWriteArrayList<>();
    private Server server;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws IOException {
        var calls = gate.door(AdmissionInterceptor::remoteAddress).timeLeft(AdmissionInterceptor::timeLeft);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(executor)
                .intercept(new AdmissionInterceptor(calls, executor))
                .addService(ServerServiceDefinition.builder("test")
                        .addMethod(UNARY, ServerCalls.asyncUnaryCall(this::unary))
                        .addMethod(STREAM, ServerCalls.asyncBidiStreamingCall(this::stream))
                        .build())
                .build()
                .start();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void stop() throws InterruptedException {
        channel.shutdownNow();
        server.shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
        executor.shutdownNow();
    }

    private void unary(String request, StreamObserver<String> answer) {
        served.add(request);
        if (request.equals("fail")) {
            throw new IllegalStateException("provoked");
        }
        answers.add(answer);
    }

    private StreamObserver<String> stream(StreamObserver<String> answer) {
        answers.add(answer);
        return new StreamObserver<>() {
            @Override
            public void onNext(String message) {
                served.add(message);
            }

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    @Test
    void a_call_over_the_limit_waits_and_is_served_in_order() throws Exception {
        List<ListenableFuture<String>> calls = new ArrayList<>();
        calls.add(call("a"));
        await(GateSnapshot::active, 1);
        for (int i = 1; i < 4; i++) {
            calls.add(call("abcd".substring(i, i + 1)));
            await(GateSnapshot::waiting, i);
        }
        assertEquals(List.of("a"), served);
        for (int i = 0; i < 4; i++) {
            answer(i);
            assertEquals("done", calls.get(i).get());
        }
        assertEquals(List.of("a", "b", "c", "d"), served);
        await(GateSnapshot::active, 0);
    }

    @Test
    void a_cancelled_call_leaves_the_queue_and_is_not_served() throws Exception {
        var first = call("a");
        await(GateSnapshot::active, 1);
        var second = call("b");
        await(GateSnapshot::waiting, 1);
        second.cancel(true);
        await(GateSnapshot::waiting, 0);
        answer(0);
        first.get();
        await(GateSnapshot::active, 0);
        assertEquals(List.of("a"), served);
    }

    @Test
    void a_call_whose_deadline_passes_leaves_the_queue() {
        call("a");
        await(GateSnapshot::active, 1);
        var options = CallOptions.DEFAULT.withDeadlineAfter(200, TimeUnit.MILLISECONDS);
        var failure = assertThrows(
                StatusRuntimeException.class, () -> ClientCalls.blockingUnaryCall(channel, UNARY, options, "b"));
        assertEquals(
                true,
                List.of(Status.Code.DEADLINE_EXCEEDED, Status.Code.UNAVAILABLE)
                        .contains(failure.getStatus().getCode()));
        await(GateSnapshot::waiting, 0);
        assertEquals(List.of("a"), served);
    }

    @Test
    void a_refused_call_is_unavailable() {
        call("a");
        await(GateSnapshot::active, 1);
        gate.close();
        var failure = assertThrows(ExecutionException.class, () -> call("b").get());
        assertEquals(Status.Code.UNAVAILABLE, Status.fromThrowable(failure).getCode());
    }

    @Test
    void a_service_that_throws_gives_the_slot_back() throws Exception {
        assertThrows(ExecutionException.class, () -> call("fail").get());
        var first = call("a");
        await(GateSnapshot::active, 1);
        var second = call("fail");
        await(GateSnapshot::waiting, 1);
        answer(0);
        first.get();
        assertThrows(ExecutionException.class, second::get);
        await(GateSnapshot::active, 0);
    }

    @Test
    void a_client_that_leaves_a_served_call_frees_the_slot() {
        var first = call("a");
        Await.until("it is served", () -> served.contains("a"));
        first.cancel(true);
        await(GateSnapshot::active, 0);
    }

    @Test
    void a_stream_holds_its_slot_until_it_ends_and_loses_nothing() {
        call("a");
        await(GateSnapshot::active, 1);
        StreamObserver<String> requests =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(STREAM, CallOptions.DEFAULT), ignoring());
        await(GateSnapshot::waiting, 1);
        List<String> expected = new ArrayList<>(List.of("a"));
        for (int i = 0; i < 100; i++) {
            requests.onNext("m" + i);
            expected.add("m" + i);
        }
        answer(0);
        Await.until("all messages are served", () -> served.size() == 101);
        assertEquals(expected, served);
        assertEquals(1, gate.snapshot().active());
        requests.onCompleted();
        await(GateSnapshot::active, 0);
    }

    private ListenableFuture<String> call(String request) {
        return ClientCalls.futureUnaryCall(channel.newCall(UNARY, CallOptions.DEFAULT), request);
    }

    private void answer(int number) {
        Await.until("call " + number + " is served", () -> answers.size() > number);
        answers.get(number).onNext("done");
        answers.get(number).onCompleted();
    }

    private void await(ToIntFunction<GateSnapshot> count, int expected) {
        Await.until("the count is " + expected, () -> count.applyAsInt(gate.snapshot()) == expected);
    }

    private static StreamObserver<String> ignoring() {
        return new StreamObserver<>() {
            @Override
            public void onNext(String message) {}

            @Override
            public void onError(Throwable failure) {}

            @Override
            public void onCompleted() {}
        };
    }

    private static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<String, String>newBuilder(new Text(), new Text())
                .setFullMethodName("test/" + name)
                .setType(type)
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
