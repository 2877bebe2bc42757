package dev.anteroom.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** A socket of any address family, such as a Unix domain socket. {@link Socket} itself supports TCP only. */
final class ChannelSocket extends Socket {
    private final SocketChannel channel;
    private volatile int timeoutMillis;

    private ChannelSocket(SocketChannel channel) {
        this.channel = channel;
    }

    static Socket connected(SocketAddress server) throws IOException {
        SocketChannel channel = SocketChannel.open(server);
        channel.configureBlocking(false);
        return new ChannelSocket(channel);
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        try {
            return channel.getLocalAddress();
        } catch (IOException e) {
            throw new IllegalStateException("the socket is closed", e);
        }
    }

    @Override
    public synchronized void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    /** Does nothing, because nothing delays what is sent within a machine. */
    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                int count = channel.read(buffer);
                while (count == 0 && length > 0) {
                    await(SelectionKey.OP_READ);
                    count = channel.read(buffer);
                }
                return count;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                write(new byte[] {(byte) value}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
                while (buffer.hasRemaining()) {
                    if (channel.write(buffer) == 0) {
                        await(SelectionKey.OP_WRITE);
                    }
                }
            }
        };
    }

    private void await(int operation) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.register(selector, operation);
            if (selector.select(timeoutMillis) == 0) {
                throw new SocketTimeoutException("waited " + timeoutMillis + " ms in vain");
            }
        }
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
