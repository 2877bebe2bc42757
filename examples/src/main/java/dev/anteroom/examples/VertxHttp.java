package dev.anteroom.examples;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.transport.netty.AdmissionHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** HTTP on Vert.x, which has no hook for pipelines but accepts a transport whose server channels add the gate. */
public final class VertxHttp {
    private VertxHttp() {}

    /**
     * Creates a Vert.x instance whose servers all share one gate.
     *
     * @param gate the gate that admits connections
     * @return the instance, which the caller must close
     */
    public static Vertx vertx(AdmissionGate gate) {
        AdmissionHandler admission = new AdmissionHandler(gate);
        return Vertx.builder()
                .withTransport(new GatedTransport(Transport.NIO, admission)) // this line
                .build();
    }

    /**
     * Starts the server.
     *
     * @param vertx the instance created by {@link #vertx}
     * @param application returns the answer to a request
     * @return a future of the server, completed once it listens
     */
    public static Future<HttpServer> start(Vertx vertx, Supplier<CompletableFuture<String>> application) {
        return vertx.createHttpServer()
                .requestHandler(
                        request -> Future.fromCompletionStage(application.get()).onSuccess(request.response()::end))
                .listen(0, "127.0.0.1");
    }
}
