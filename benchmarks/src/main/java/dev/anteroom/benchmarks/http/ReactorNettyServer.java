package dev.anteroom.benchmarks.http;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.transport.netty.AdmissionHandler;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** Reactor Netty with an {@link AdmissionHandler}. The argument is the port. */
final class ReactorNettyServer {
    private ReactorNettyServer() {}

    public static void main(String[] args) {
        AdmissionHandler admission = new AdmissionHandler(
                AdmissionGate.builder().limit(Service.LIMIT).build());
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(Integer.parseInt(args[0]))
                .doOnChannelInit(
                        (observer, channel, remote) -> channel.pipeline().addFirst(admission))
                .handle((request, response) -> Mono.delay(Service.TIME)
                        .then(response.sendString(Mono.just(Service.ANSWER)).then()))
                .bindNow();
        server.onDispose().block();
    }
}
