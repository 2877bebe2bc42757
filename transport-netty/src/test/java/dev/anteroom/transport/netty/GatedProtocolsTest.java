package dev.anteroom.transport.netty;

import static java.net.http.HttpClient.Version.HTTP_1_1;
import static java.net.http.HttpClient.Version.HTTP_2;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.testkit.Await;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2StreamFrameToHttpObjectCodec;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gated servers for HTTP, TLS, HTTP/2 and WebSocket, with the JDK's clients. */
class GatedProtocolsTest {
    private static final int LIMIT = 2;
    private static final int CLIENTS = 8;

    private static SslContext serverTls;
    private static SSLContext clientTls;

    private final AdmissionGate gate = AdmissionGate.builder().limit(LIMIT).build();
    private final AtomicInteger active = new AtomicInteger();
    private final AtomicInteger peak = new AtomicInteger();
    private GatedServer server;

    @BeforeAll
    static void make_certificates() throws Exception {
        X509Bundle certificate = new CertificateBuilder()
                .subject("CN=localhost")
                .addSanDnsName("localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        serverTls = SslContextBuilder.forServer(certificate.toKeyManagerFactory())
                .sslProvider(SslProvider.JDK)
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_2,
                        ApplicationProtocolNames.HTTP_1_1))
                .build();
        clientTls = SSLContext.getInstance("TLS");
        clientTls.init(null, certificate.toTrustManagerFactory().getTrustManagers(), null);
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void every_request_over_tls_is_answered(NettyIo io) {
        int port = serve(io, child -> {
            child.pipeline().addLast(new AdmissionHandler(gate));
            https(child);
        });
        assertEveryoneIsServed(() -> get(port));
    }

    @ParameterizedTest
    @EnumSource
    void every_request_over_tls_is_answered_when_the_pipeline_is_built_on_admission(NettyIo io) {
        int port = serve(io, new AdmissionInitializer(gate, GatedServer.initializer(this::https)));
        assertEveryoneIsServed(() -> get(port));
    }

    @ParameterizedTest
    @EnumSource
    void the_streams_of_an_admitted_connection_are_not_touched(NettyIo io) {
        int port = serve(io, new AdmissionInitializer(gate, GatedServer.initializer(this::http2)));
        assertEveryoneIsServed(() -> {
            HttpClient client = client();
            var first = client.sendAsync(request(port, HTTP_2), BodyHandlers.ofString());
            // On the fourth request the server sends GOAWAY, and the client abandons every response that it has not
            // received yet.
            return first.thenCompose(answer -> {
                        var second = client.sendAsync(request(port, HTTP_2), BodyHandlers.ofString());
                        var third = client.sendAsync(request(port, HTTP_2), BodyHandlers.ofString());
                        return second.thenCombine(third, (one, other) -> List.of(answer, one, other));
                    })
                    .thenCompose(answers -> client.sendAsync(request(port, HTTP_2), BodyHandlers.ofString())
                            .handle((last, failure) -> answers))
                    .thenApply(answers -> answers.stream()
                            .map(answer -> answer.version() + " " + answer.body())
                            .allMatch("HTTP_2 hello"::equals));
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_web_socket_that_waited_is_not_touched(NettyIo io) {
        int port = serve(io, child -> {
            child.pipeline().addLast(new AdmissionHandler(gate));
            webSocket(child);
        });
        assertEveryoneIsServed(() -> {
            var conversation = new Conversation();
            return client().newWebSocketBuilder()
                    .buildAsync(URI.create("ws://localhost:" + port + "/"), conversation)
                    .thenCompose(socket -> conversation.over.whenComplete((heard, failure) -> socket.abort()))
                    .thenApply(List.of("0", "1", "2")::equals);
        });
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_turned_away_gets_503_over_tls(NettyIo io) {
        AdmissionGate full = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        var options = AdmissionOptions.defaults()
                .withLinger(Await.DEADLINE)
                .withAnswer(GatedServer.initializer(child -> {
                    tls(child);
                    http(child, HttpResponseStatus.SERVICE_UNAVAILABLE);
                }));
        assumeAvailable(io);
        server = new GatedServer(io, 1, full);
        server.occupy();
        Channel listener = server.serve(child -> {
            child.pipeline().addLast(new AdmissionHandler(full, options));
            https(child);
        });
        HttpResponse<String> answer =
                Await.value(client().sendAsync(request(port(listener), HTTP_1_1), BodyHandlers.ofString()));
        assertEquals(503, answer.statusCode());
        assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
        assertEquals(0, peak.get());
    }

    private void assertEveryoneIsServed(Supplier<CompletableFuture<Boolean>> client) {
        var answers = IntStream.range(0, CLIENTS).mapToObj(i -> client.get()).toList();
        answers.forEach(answer -> assertTrue(Await.value(answer)));
        server.await("all have left", GateSnapshot::active, 0);
        assertEquals(CLIENTS, gate.snapshot().admitted());
        assertEquals(LIMIT, peak.get());
    }

    // ---- the servers

    private int serve(NettyIo io, Consumer<Channel> pipeline) {
        return serve(io, GatedServer.initializer(pipeline));
    }

    private int serve(NettyIo io, ChannelHandler childHandler) {
        assumeAvailable(io);
        server = new GatedServer(io, 2, gate);
        return port(server.serve(childHandler));
    }

    private static void assumeAvailable(NettyIo io) {
        assumeTrue(io.unavailabilityReason().isEmpty(), io::unavailabilityReason);
    }

    private static int port(Channel listener) {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    private static void tls(Channel child) {
        child.pipeline().addLast(serverTls.newHandler(child.alloc()));
    }

    private void https(Channel child) {
        tls(child);
        child.pipeline().addLast(new Gauge());
        http(child, HttpResponseStatus.OK);
    }

    private static void http(Channel child, HttpResponseStatus status) {
        child.pipeline().addLast(new HttpServerCodec(), new HttpObjectAggregator(1000), new Hello(status, true));
    }

    /** Closes a connection after three requests. */
    private void http2(Channel child) {
        var answered = new AtomicInteger();
        tls(child);
        child.pipeline()
                .addLast(
                        new Gauge(),
                        Http2FrameCodecBuilder.forServer().build(),
                        new Http2MultiplexHandler(GatedServer.initializer(stream -> {
                            stream.pipeline()
                                    .addLast(
                                            new Http2StreamFrameToHttpObjectCodec(true),
                                            new HttpObjectAggregator(1000),
                                            new Hello(HttpResponseStatus.OK, false));
                            stream.closeFuture().addListener(closed -> {
                                if (answered.incrementAndGet() == 4) {
                                    child.close();
                                }
                            });
                        })));
    }

    private void webSocket(Channel child) {
        child.pipeline()
                .addLast(
                        new Gauge(),
                        new HttpServerCodec(),
                        new HttpObjectAggregator(1000),
                        new WebSocketServerProtocolHandler("/"),
                        new SimpleChannelInboundHandler<TextWebSocketFrame>() {
                            @Override
                            protected void channelRead0(ChannelHandlerContext context, TextWebSocketFrame frame) {
                                context.writeAndFlush(frame.retain());
                            }
                        });
    }

    /** Counts the connections served at once. */
    private final class Gauge extends ChannelInboundHandlerAdapter {
        @Override
        public void channelActive(ChannelHandlerContext context) {
            peak.accumulateAndGet(active.incrementAndGet(), Math::max);
            context.fireChannelActive();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            active.decrementAndGet();
            context.fireChannelInactive();
        }
    }

    /** Answers every request. */
    private static final class Hello extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final HttpResponseStatus status;
        private final boolean closes;

        Hello(HttpResponseStatus status, boolean closes) {
            this.status = status;
            this.closes = closes;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            var answer =
                    new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.copiedBuffer("hello", US_ASCII));
            answer.headers().set("Content-Length", 5);
            if (status.equals(HttpResponseStatus.SERVICE_UNAVAILABLE)) {
                answer.headers().set("Retry-After", 1);
            }
            if (closes) {
                answer.headers().set("Connection", "close");
            }
            var written = context.writeAndFlush(answer);
            if (closes) {
                written.addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    // ---- the clients

    private static HttpClient client() {
        return HttpClient.newBuilder().sslContext(clientTls).build();
    }

    private static HttpRequest request(int port, HttpClient.Version version) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + port + "/"))
                .version(version)
                .build();
    }

    private static CompletableFuture<Boolean> get(int port) {
        return client().sendAsync(request(port, HTTP_1_1), BodyHandlers.ofString())
                .thenApply(answer -> answer.statusCode() == 200 && answer.body().equals("hello"));
    }

    /** Sends 0, 1, 2, each once the one before has been echoed. */
    private static final class Conversation implements WebSocket.Listener {
        final CompletableFuture<List<String>> over = new CompletableFuture<>();
        private final List<String> heard = new ArrayList<>();
        private CompletableFuture<WebSocket> said = new CompletableFuture<>();

        @Override
        public void onOpen(WebSocket socket) {
            said.complete(socket);
            say("0");
            socket.request(3);
        }

        /**
         * Sends a message after the previous send: its echo may have arrived while the send still counts as pending.
         */
        private void say(String text) {
            said = said.thenCompose(socket -> socket.sendText(text, true));
            said.exceptionally(failure -> {
                over.completeExceptionally(failure);
                return null;
            });
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
            heard.add(text.toString());
            if (heard.size() == 3) {
                over.complete(heard);
            } else {
                say("" + heard.size());
            }
            return CompletableFuture.completedFuture(null);
        }
    }
}
