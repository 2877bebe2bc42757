package dev.anteroom.examples;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.transport.netty.AdmissionHandler;
import io.grpc.Server;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** The gRPC health service on the Netty server of grpc-netty. The Netty inside grpc-netty-shaded cannot be gated. */
public final class GrpcServer {
    private GrpcServer() {}

    /**
     * Starts the server.
     *
     * @param gate the gate that admits connections
     * @param application returns the answer to a request
     * @param loops the event loops of the server
     * @return the running server
     * @throws IOException if the server cannot listen
     */
    public static Server start(
            AdmissionGate gate, Supplier<CompletableFuture<String>> application, EventLoopGroup loops)
            throws IOException {
        GatedChildren gated = new GatedChildren(new AdmissionHandler(gate));
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .channelFactory(() -> {
                    ServerChannel server = new NioServerSocketChannel();
                    server.pipeline().addLast(gated); // this line
                    return server;
                })
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .addService(new Health(application))
                .build()
                .start();
    }

    private static final class Health extends HealthGrpc.HealthImplBase {
        private final Supplier<CompletableFuture<String>> application;

        private Health(Supplier<CompletableFuture<String>> application) {
            this.application = application;
        }

        @Override
        public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
            application.get().thenAccept(status -> {
                observer.onNext(HealthCheckResponse.newBuilder()
                        .setStatus(HealthCheckResponse.ServingStatus.valueOf(status))
                        .build());
                observer.onCompleted();
            });
        }
    }
}
