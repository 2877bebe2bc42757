package dev.anteroom.transport.netty;

class AdmissionHandlerNioTest extends AdmissionHandlerSuite {
    @Override
    NettyIo io() {
        return NettyIo.NIO;
    }
}
