package dev.anteroom.transport.nio;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a connection does with its channel, observed on the channel itself. */
class ChannelUseTest {
    private final NioEventLoopGroup loops =
            NioEventLoopGroup.open(TransportOptions.defaults().withLoops(1));
    private final NioEventLoop loop = loops.loop(0);
    private final CompletableFuture<Boolean> openWhenLost = new CompletableFuture<>();
    private ServerSocketChannel server;
    private Transport transport;
    private SocketChannel channel;

    @BeforeEach
    void connect() throws Exception {
        server = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        transport = loop.connect(server.getLocalAddress(), new Watching()).get();
        channel = onLoop(
                () -> (SocketChannel) loop.selector().keys().iterator().next().channel());
    }

    @AfterEach
    void close() throws IOException {
        loops.close();
        server.close();
    }

    @Test
    void a_single_small_write_sets_no_tcp_nodelay() throws Exception {
        assertFalse(isUndelayedAfterWriting(64));
    }

    @Test
    void a_second_write_is_not_delayed() throws Exception {
        isUndelayedAfterWriting(64);
        assertTrue(isUndelayedAfterWriting(64));
    }

    @Test
    void the_end_of_a_first_large_write_is_not_delayed() throws Exception {
        assertTrue(isUndelayedAfterWriting(100_000));
    }

    @Test
    void a_connection_is_closed_before_its_protocol_is_told() throws Exception {
        loop.execute(transport::abort);
        assertFalse(openWhenLost.get());
    }

    private boolean isUndelayedAfterWriting(int bytes) throws Exception {
        return onLoop(() -> {
            transport.write(ByteBuffer.allocate(bytes));
            return channel.getOption(StandardSocketOptions.TCP_NODELAY);
        });
    }

    private <T> T onLoop(Callable<T> question) throws Exception {
        FutureTask<T> task = new FutureTask<>(question);
        loop.execute(task);
        return task.get();
    }

    private final class Watching implements Protocol {
        @Override
        public void connectionMade(Transport transport) {}

        @Override
        public void dataReceived(ByteBuffer data) {}

        @Override
        public void connectionLost(@Nullable Throwable reason) {
            openWhenLost.complete(channel.isOpen());
        }
    }
}
