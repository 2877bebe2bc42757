package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.TransportSuite;
import org.junit.jupiter.api.BeforeAll;

class NettyEpollTransportTest extends TransportSuite {
    @BeforeAll
    static void is_available() {
        assumeTrue(NettyIo.EPOLL.unavailabilityReason().isEmpty(), NettyIo.EPOLL::unavailabilityReason);
    }

    @Override
    protected EventLoopGroup open(TransportOptions options) {
        return new NettyTransportProvider.Epoll().open(options);
    }

    @Override
    public boolean noticesResetBehindUnreadBytes() {
        return true;
    }

    @Override
    public boolean noticesEndBehindUnreadBytes() {
        return true;
    }

    @Override
    public boolean noticesResetOnceBothSidesHaveShutDown() {
        return true;
    }

    @Override
    public boolean listensOnChannels() {
        return false;
    }
}
