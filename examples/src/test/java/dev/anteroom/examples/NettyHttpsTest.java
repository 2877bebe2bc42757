package dev.anteroom.examples;

import dev.anteroom.testkit.Await;
import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

@SuppressWarnings("NullAway.Init") // start() sets the fields
class NettyHttpsTest extends ExampleSuite {
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private Channel server;
    private SSLContext clientTls;

    @Override
    void start() throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        clientTls = SSLContext.getInstance("TLS");
        clientTls.init(null, certificate.toTrustManagerFactory().getTrustManagers(), null);
        var tls = SslContextBuilder.forServer(certificate.toKeyManagerFactory()).build();
        server = NettyHttps.start(gate, tls, this::serve, loops);
    }

    @Override
    String request() throws Exception {
        int port = ((InetSocketAddress) server.localAddress()).getPort();
        return HttpClient.newBuilder()
                .sslContext(clientTls)
                .version(HttpClient.Version.HTTP_1_1)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                                .timeout(Await.DEADLINE)
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }

    @Override
    void stop() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }
}
