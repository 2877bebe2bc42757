package dev.anteroom.examples;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.transport.netty.AdmissionBacklog;
import dev.anteroom.transport.netty.AdmissionInitializer;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * HTTPS on plain Netty. The pipeline is built on admission, so a waiting connection needs no TLS engine. When the
 * waiting room is full, further connections stay in the backlog of the kernel.
 */
public final class NettyHttps {
    private NettyHttps() {}

    /**
     * Starts the server.
     *
     * @param gate the gate that admits connections
     * @param tls the TLS context of the server
     * @param application returns the answer to a request
     * @param loops the event loops of the server
     * @return the listening channel
     */
    public static Channel start(
            AdmissionGate gate, SslContext tls, Supplier<CompletableFuture<String>> application, EventLoopGroup loops) {
        ChannelInitializer<Channel> https = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(tls.newHandler(channel.alloc()), new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(64 * 1024), new Answer(application));
            }
        };
        return new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .handler(new AdmissionBacklog(gate)) // optional: when full, newcomers stay in the backlog
                .childHandler(new AdmissionInitializer(gate, https)) // was: .childHandler(https)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    private static final class Answer extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Supplier<CompletableFuture<String>> application;

        private Answer(Supplier<CompletableFuture<String>> application) {
            this.application = application;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            application.get().thenAccept(text -> {
                var response = new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.copiedBuffer(text, UTF_8));
                response.headers()
                        .set(HttpHeaderNames.CONTENT_LENGTH, response.content().readableBytes())
                        .set(HttpHeaderNames.CONNECTION, "close");
                context.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
            });
        }
    }
}
