package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Netty closes a channel by itself when a write fails, before any handler is told. The next socket may then get its
 * descriptor.
 */
class ClosedChannelTest {
    private static final int SOCKETS = 100;

    @ParameterizedTest
    @EnumSource
    void acting_on_a_closed_channel_affects_no_other_socket(NettyIo io) throws Exception {
        assumeTrue(io.unavailabilityReason().isEmpty(), io::unavailabilityReason);
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, io.handlers());
        List<SocketChannel> others = new ArrayList<>();
        try {
            Channel closed = io.newChannel();
            group.register(closed).sync();
            closed.close().sync();
            for (int i = 0; i < SOCKETS; i++) {
                others.add(SocketChannel.open());
            }
            closed.eventLoop().submit(() -> NettyTransport.reset(closed)).sync();
            for (SocketChannel other : others) {
                assertEquals(-1, other.getOption(StandardSocketOptions.SO_LINGER));
            }
            assertFalse(closed.eventLoop().submit(() -> io.isReset(closed)).get(20, TimeUnit.SECONDS));
        } finally {
            for (SocketChannel other : others) {
                other.close();
            }
            group.shutdownGracefully(0, 5, TimeUnit.SECONDS).sync();
        }
    }
}
