package dev.anteroom.transport.netty;

class AdmissionHandlerEpollTest extends AdmissionHandlerSuite {
    @Override
    NettyIo io() {
        return NettyIo.EPOLL;
    }
}
