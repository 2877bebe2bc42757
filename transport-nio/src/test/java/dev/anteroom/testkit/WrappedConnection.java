package dev.anteroom.testkit;

import dev.anteroom.protocol.EventLoop;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A wrapper between a real transport and a protocol, which a subclass makes faulty. */
class WrappedConnection implements Protocol, Transport {
    final Protocol protocol;
    private @Nullable Transport transport;

    WrappedConnection(Protocol protocol) {
        this.protocol = protocol;
    }

    final Transport transport() {
        return Objects.requireNonNull(transport);
    }

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
        protocol.connectionMade(this);
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        protocol.dataReceived(data);
    }

    @Override
    public void inputClosed(Transport transport) {
        protocol.inputClosed(this);
    }

    @Override
    public void endOfInputSeen(Transport transport) {
        protocol.endOfInputSeen(this);
    }

    @Override
    public void writabilityChanged(boolean writable) {
        protocol.writabilityChanged(writable);
    }

    @Override
    public void connectionLost(@Nullable Throwable reason) {
        protocol.connectionLost(reason);
    }

    @Override
    public EventLoop eventLoop() {
        return transport().eventLoop();
    }

    @Override
    public SocketAddress remoteAddress() {
        return transport().remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return transport().localAddress();
    }

    @Override
    public void pauseReading() {
        transport().pauseReading();
    }

    @Override
    public void resumeReading() {
        transport().resumeReading();
    }

    @Override
    public int bytesKept() {
        return transport().bytesKept();
    }

    @Override
    public boolean isReading() {
        return transport().isReading();
    }

    @Override
    public void write(ByteBuffer data) {
        transport().write(data);
    }

    @Override
    public boolean isWritable() {
        return transport().isWritable();
    }

    @Override
    public void shutdownOutput() {
        transport().shutdownOutput();
    }

    @Override
    public void close() {
        transport().close();
    }

    @Override
    public void abort() {
        transport().abort();
    }
}
