package dev.anteroom.transport.nio;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.TransportSuite;

class NioTransportTest extends TransportSuite {
    @Override
    protected EventLoopGroup open(TransportOptions options) {
        return new NioTransportProvider().open(options);
    }

    @Override
    protected boolean noticesResetBehindUnreadBytes() {
        return true;
    }
}
