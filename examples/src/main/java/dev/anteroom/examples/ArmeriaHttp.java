package dev.anteroom.examples;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.transport.netty.AdmissionHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** HTTP/1 and HTTP/2 on Armeria. Armeria's own {@code maxNumConnections} only rejects connections. */
public final class ArmeriaHttp {
    private ArmeriaHttp() {}

    /**
     * Starts the server.
     *
     * @param gate the gate that admits connections
     * @param application returns the answer to a request
     * @return the running server
     */
    public static Server start(AdmissionGate gate, Supplier<CompletableFuture<String>> application) {
        AdmissionHandler admission = new AdmissionHandler(gate);
        Server server = Server.builder()
                .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .childChannelPipelineCustomizer(pipeline -> pipeline.addFirst(admission)) // this line
                .service(
                        "/",
                        (context, request) -> HttpResponse.of(application.get().thenApply(HttpResponse::of)))
                .build();
        server.start().join();
        return server;
    }
}
