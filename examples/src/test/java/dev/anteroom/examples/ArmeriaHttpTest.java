package dev.anteroom.examples;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.server.Server;
import dev.anteroom.testkit.Await;

@SuppressWarnings("NullAway.Init") // start() sets the fields
class ArmeriaHttpTest extends ExampleSuite {
    private Server server;

    @Override
    void start() {
        server = ArmeriaHttp.start(gate, this::serve);
    }

    @Override
    String request() {
        try (ClientFactory connections =
                ClientFactory.builder().connectTimeout(Await.DEADLINE).build()) {
            return WebClient.builder("h1c://127.0.0.1:" + server.activeLocalPort())
                    .factory(connections)
                    .responseTimeout(Await.DEADLINE)
                    .build()
                    .blocking()
                    .get("/")
                    .contentUtf8();
        }
    }

    @Override
    void stop() {
        server.stop().join();
    }
}
