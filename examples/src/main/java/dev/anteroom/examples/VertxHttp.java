package dev.anteroom.examples;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.transport.netty.AdmissionHandler;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.transport.Transport;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** HTTP on Vert.x. It has no hook for pipelines; but it can be given a transport, whose server channels gate what they accept. */
public final class VertxHttp {
    private VertxHttp() {}

    /**
     * A Vert.x whose servers are gated, all of them by one gate.
     *
     * @param gate who is admitted
     * @return to be closed by the caller
     */
    public static Vertx vertx(AdmissionGate gate) {
        AdmissionHandler admission = new AdmissionHandler(gate);
        return Vertx.builder()
                .withTransport(new GatedTransport(Transport.NIO, admission)) // this line
                .build();
    }

    /**
     * Begins to serve.
     *
     * @param vertx that of {@link #vertx}
     * @param application answers a request
     * @return the running server, once it listens
     */
    public static Future<HttpServer> start(Vertx vertx, Supplier<CompletableFuture<String>> application) {
        return vertx.createHttpServer()
                .requestHandler(
                        request -> Future.fromCompletionStage(application.get()).onSuccess(request.response()::end))
                .listen(0, "127.0.0.1");
    }
}
