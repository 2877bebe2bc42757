package dev.anteroom.transport.netty;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.TransportSuite;

class NettyNioTransportTest extends TransportSuite {
    @Override
    protected EventLoopGroup open(TransportOptions options) {
        return new NettyTransportProvider.Nio().open(options);
    }

    @Override
    public boolean noticesResetBehindUnreadBytes() {
        return true;
    }
}
