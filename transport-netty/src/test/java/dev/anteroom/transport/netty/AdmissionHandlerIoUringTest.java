package dev.anteroom.transport.netty;

class AdmissionHandlerIoUringTest extends AdmissionHandlerSuite {
    @Override
    NettyIo io() {
        return NettyIo.IO_URING;
    }
}
