package dev.anteroom.examples;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.transport.netty.AdmissionHandler;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** HTTP on Reactor Netty, as in Spring WebFlux. Reactor Netty's own {@code maxConnections} only rejects connections. */
public final class ReactorNettyHttp {
    private ReactorNettyHttp() {}

    /**
     * Starts the server.
     *
     * @param gate the gate that admits connections
     * @param application returns the answer to a request
     * @return the running server
     */
    public static DisposableServer start(AdmissionGate gate, Supplier<CompletableFuture<String>> application) {
        AdmissionHandler admission = new AdmissionHandler(gate);
        return HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .doOnChannelInit(
                        (observer, channel, remote) -> channel.pipeline().addFirst(admission)) // this line
                .handle((request, response) -> response.sendString(Mono.fromFuture(application.get())))
                .bindNow();
    }
}
