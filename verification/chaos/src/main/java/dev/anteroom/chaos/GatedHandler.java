package dev.anteroom.chaos;

import dev.anteroom.protocol.HalfClose;
import dev.anteroom.transport.netty.AdmissionHandler;
import dev.anteroom.transport.netty.AdmissionInitializer;
import dev.anteroom.transport.netty.AdmissionOptions;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A Netty server like those of users, with an {@link AdmissionHandler} in front or with an {@link
 * AdmissionInitializer}.
 */
final class GatedHandler extends InProcess {
    private final EventLoopGroup group;
    private final Channel listener;

    GatedHandler(Scene scene, String io) {
        super(scene);
        group = new MultiThreadIoEventLoopGroup(2, handlers(io));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(group)
                .channel(channel(io))
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        AdmissionOptions options = AdmissionOptions.defaults()
                .withHalfClose(scene.seed() % 2 == 0 ? HalfClose.KEEP : HalfClose.ABANDON)
                .withBusyMessage(Client.BUSY.getBytes(StandardCharsets.US_ASCII));
        AdmissionHandler admission = new AdmissionHandler(gate, options);
        if (scene.seed() % 3 == 0) {
            bootstrap.childHandler(new AdmissionInitializer(gate, options, initializer(this::serve)));
        } else {
            bootstrap.childHandler(initializer(channel -> {
                channel.pipeline().addFirst(admission);
                serve(channel);
            }));
        }
        listener = bootstrap
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    private static IoHandlerFactory handlers(String io) {
        return switch (io) {
            case "epoll" -> EpollIoHandler.newFactory();
            case "io_uring" -> IoUringIoHandler.newFactory();
            default -> NioIoHandler.newFactory();
        };
    }

    private static Class<? extends ServerChannel> channel(String io) {
        return switch (io) {
            case "epoll" -> EpollServerSocketChannel.class;
            case "io_uring" -> IoUringServerSocketChannel.class;
            default -> NioServerSocketChannel.class;
        };
    }

    private interface Pipeline {
        void build(Channel channel);
    }

    private static ChannelInitializer<Channel> initializer(Pipeline pipeline) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                pipeline.build(channel);
            }
        };
    }

    /** Builds the served pipeline: in the middle of the swap with the initializer, before the gate without it. */
    private void serve(Channel channel) {
        SplittableRandom random = scene.nextArrival();
        Mischief mischief = Mischief.draw(random);
        scene.ledger().count(mischief);
        scene.ambushes().strike(Ambushes.Moment.SWAPPED, channel.remoteAddress());
        mischief.throwIf(Mischief.THROW_ON_BUILD, random.nextInt());
        channel.pipeline().addLast(new ServedHandler(scene, mischief, random));
    }

    @Override
    public SocketAddress address() {
        return listener.localAddress();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
        gate.close();
    }
}
