package dev.anteroom.examples;

import dev.anteroom.testkit.Await;
import java.util.Objects;
import reactor.netty.DisposableServer;
import reactor.netty.http.client.HttpClient;

@SuppressWarnings("NullAway.Init") // start() sets the fields
class ReactorNettyHttpTest extends ExampleSuite {
    private DisposableServer server;

    @Override
    void start() {
        server = ReactorNettyHttp.start(gate, this::serve);
    }

    @Override
    String request() {
        return Objects.requireNonNull(HttpClient.newConnection()
                .keepAlive(false)
                .get()
                .uri("http://127.0.0.1:" + server.port() + "/")
                .responseContent()
                .aggregate()
                .asString()
                .block(Await.DEADLINE));
    }

    @Override
    void stop() {
        server.disposeNow();
    }
}
