package dev.anteroom.examples;

import dev.anteroom.testkit.Await;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;

@SuppressWarnings("NullAway.Init") // start() sets the fields
class VertxHttpTest extends ExampleSuite {
    private Vertx vertx;
    private HttpServer server;

    @Override
    void start() {
        vertx = VertxHttp.vertx(gate);
        server = Await.value(
                VertxHttp.start(vertx, this::serve).toCompletionStage().toCompletableFuture());
    }

    @Override
    String request() {
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
        return Await.value(client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(request -> request.send())
                .compose(response -> response.body())
                .map(Buffer::toString)
                .toCompletionStage()
                .toCompletableFuture());
    }

    @Override
    void stop() {
        Await.value(vertx.close().toCompletionStage().toCompletableFuture());
    }
}
