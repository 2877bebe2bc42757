package dev.anteroom.benchmarks.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.QoSHandler;
import org.eclipse.jetty.util.Callback;

/** Jetty with its {@link QoSHandler}. The argument is the port. */
final class JettyServer {
    private JettyServer() {}

    public static void main(String[] args) throws Exception {
        QoSHandler gate = new QoSHandler(new Serving());
        gate.setMaxRequestCount(Service.LIMIT);
        gate.setMaxSuspend(Duration.ofMinutes(1));
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server);
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(args[0]));
        connector.setAcceptQueueSize(4096);
        server.addConnector(connector);
        server.setHandler(gate);
        server.start();
        server.join();
    }

    private static final class Serving extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            request.getComponents()
                    .getScheduler()
                    .schedule(
                            () -> Content.Sink.write(response, true, Service.ANSWER, callback),
                            Service.TIME.toMillis(),
                            TimeUnit.MILLISECONDS);
            return true;
        }
    }
}
