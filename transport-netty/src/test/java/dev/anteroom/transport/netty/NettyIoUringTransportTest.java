package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.TransportSuite;
import org.junit.jupiter.api.BeforeAll;

class NettyIoUringTransportTest extends TransportSuite {
    @BeforeAll
    static void is_available() {
        assumeTrue(NettyIo.IO_URING.unavailabilityReason().isEmpty(), NettyIo.IO_URING::unavailabilityReason);
    }

    @Override
    protected EventLoopGroup open(TransportOptions options) {
        return new NettyTransportProvider.IoUring().open(options);
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

    /** Netty 4.2.18 has only dual-stack channels for io_uring. */
    @Override
    public boolean listensOnIpv4Alone() {
        return false;
    }
}
