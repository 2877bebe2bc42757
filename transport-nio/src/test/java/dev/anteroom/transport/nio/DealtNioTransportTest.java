package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.TransportSuite;

/** As it is where the kernel does not spread connections: one acceptor deals them to the loops. */
class DealtNioTransportTest extends TransportSuite {
    @Override
    protected EventLoopGroup open(TransportOptions options) {
        return NioEventLoopGroup.open(options, false);
    }

    @Override
    protected boolean noticesResetBehindUnreadBytes() {
        return true;
    }
}
