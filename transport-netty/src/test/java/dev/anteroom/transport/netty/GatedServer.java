package dev.anteroom.transport.netty;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/** A Netty server as users write them, on a loopback port, with its clients. */
final class GatedServer implements AutoCloseable {
    private final NettyIo io;
    private final EventLoopGroup group;
    private final AdmissionGate gate;
    private final ServerBootstrap bootstrap;
    private final ChannelGroup accepted = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final Queue<ScriptedClient> clients = new ConcurrentLinkedQueue<>();

    GatedServer(NettyIo io, int loops, AdmissionGate gate) {
        this.io = io;
        this.gate = gate;
        group = new MultiThreadIoEventLoopGroup(loops, io.handlers());
        bootstrap = new ServerBootstrap()
                .group(group)
                .channelFactory(io::newServerChannel)
                .handler(new Accepted());
    }

    /** Adds a handler to the server channel. */
    GatedServer before(ChannelHandler handler) {
        bootstrap.handler(initializer(server -> server.pipeline().addLast(new Accepted(), handler)));
        return this;
    }

    /** Records the accepted channels. */
    @Sharable
    private final class Accepted extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object child) {
            accepted.add((Channel) child);
            context.fireChannelRead(child);
        }
    }

    <T> GatedServer with(ChannelOption<T> option, T value) {
        bootstrap.childOption(option, value);
        return this;
    }

    /** Begins to listen. */
    Channel serve(Consumer<Channel> pipeline) {
        return serve(initializer(pipeline));
    }

    /** Begins to listen. */
    Channel serve(ChannelHandler childHandler) {
        return bootstrap
                .childHandler(childHandler)
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    static ChannelInitializer<Channel> initializer(Consumer<Channel> pipeline) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel child) {
                pipeline.accept(child);
            }
        };
    }

    ScriptedClient connect(Channel server) {
        ScriptedClient client = ScriptedClient.connect(server.localAddress());
        clients.add(client);
        return client;
    }

    /** Connects a client, and waits until its connection has a place in the waiting room. */
    ScriptedClient park(Channel server) {
        int waiting = gate.snapshot().waiting();
        ScriptedClient client = connect(server);
        await("a newcomer waits", GateSnapshot::waiting, waiting + 1);
        return client;
    }

    /** Takes a slot, so that other connections wait. */
    Admission occupy() {
        Admission slot = enter();
        if (slot.decision() != Admission.Decision.ADMITTED) {
            throw new AssertionError("no slot was free");
        }
        return slot;
    }

    /** Enters the gate without a connection. */
    Admission enter() {
        return enter(gate);
    }

    /** Enters a gate without a connection. */
    static Admission enter(AdmissionGate gate) {
        return gate.enter(anyAddress(), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    private static SocketAddress anyAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    void await(String what, ToLongFunction<GateSnapshot> figure, long value) {
        Await.until(what, () -> figure.applyAsLong(gate.snapshot()) == value);
    }

    /**
     * Waits until a server with one loop has seen everything that clients have done so far: a byte sent after that
     * makes a round trip.
     */
    void turn() {
        Channel echo = new ServerBootstrap()
                .group(group)
                .channelFactory(io::newServerChannel)
                .childHandler(initializer(child -> child.pipeline().addLast(new Echo())))
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        ScriptedClient bystander = connect(echo);
        for (int i = 0; i < 2; i++) {
            bystander.send("x").read(1);
        }
        echo.close();
    }

    @Override
    public void close() {
        gate.close();
        clients.forEach(ScriptedClient::close);
        accepted.close().awaitUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A handler that sends back the bytes it receives. */
    static class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            context.writeAndFlush(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
            }
        }
    }
}
