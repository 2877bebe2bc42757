package dev.anteroom.transport.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.KeepAlive;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.Echo;
import dev.anteroom.testkit.Loopback;
import dev.anteroom.testkit.RecordingProtocol;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The options that a connection sets on its socket, and a socket that does not have them. */
@EnabledOnOs(OS.LINUX)
class SocketOptionsTest {
    private static final KeepAlive KEEP_ALIVE = new KeepAlive(Duration.ofSeconds(77), Duration.ofSeconds(7), 5);

    @Test
    void both_ends_of_a_connection_are_probed_as_the_options_say() throws Exception {
        assertEquals(List.of(true, 77, 7, 5), keepAliveOfBothEnds(KEEP_ALIVE));
    }

    @Test
    void no_connection_is_probed_if_keep_alive_is_off() throws Exception {
        assertEquals(false, keepAliveOfBothEnds(KeepAlive.OFF).get(0));
    }

    @Test
    void a_connection_from_a_borrowed_channel_is_probed() throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open();
                EventLoopGroup loops = open(KEEP_ALIVE)) {
            channel.bind(Loopback.anyPort());
            try (SocketChannel client = SocketChannel.open(channel.getLocalAddress())) {
                var server = new RecordingProtocol();
                loops.listen(channel, remote -> server);
                server.transport();
                assertEquals(List.of(true, 77, 7, 5), keepAlive(loops).get(0));
            }
        }
    }

    @Test
    void a_unix_connection_works_without_the_options_of_tcp(@TempDir Path directory) throws Exception {
        Path path = directory.resolve("socket");
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
                EventLoopGroup loops = open(KEEP_ALIVE)) {
            channel.bind(UnixDomainSocketAddress.of(path));
            loops.listen(channel, remote -> new Echo());
            try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                for (byte i = 0; i < 3; i++) {
                    client.write(ByteBuffer.wrap(new byte[] {i}));
                    ByteBuffer answer = ByteBuffer.allocate(1);
                    assertEquals(1, client.read(answer));
                    assertEquals(i, answer.get(0));
                }
            }
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private static EventLoopGroup open(KeepAlive keepAlive) {
        return NioEventLoopGroup.open(TransportOptions.defaults().withLoops(1).withKeepAlive(keepAlive));
    }

    /** Returns the options of both ends, the one that connected and the one that was accepted, which are the same. */
    private static List<Object> keepAliveOfBothEnds(KeepAlive keepAlive) throws Exception {
        try (EventLoopGroup loops = open(keepAlive)) {
            var server = new RecordingProtocol();
            var listener = loops.listen(Loopback.anyPort(), remote -> server);
            loops.loops()
                    .get(0)
                    .connect(listener.address(), new RecordingProtocol())
                    .get();
            server.transport();
            List<List<Object>> ends = keepAlive(loops);
            assertEquals(2, ends.size());
            assertEquals(ends.get(0).get(0), ends.get(1).get(0));
            if (keepAlive.isOn()) {
                assertEquals(ends.get(0), ends.get(1));
            }
            return ends.get(0);
        }
    }

    private static List<List<Object>> keepAlive(EventLoopGroup loops) throws Exception {
        NioEventLoop loop = ((NioEventLoopGroup) loops).loop(0);
        Callable<List<SelectionKey>> keys = () -> List.copyOf(loop.selector().keys());
        FutureTask<List<SelectionKey>> task = new FutureTask<>(keys);
        loop.execute(task);
        List<List<Object>> ends = new ArrayList<>();
        for (SelectionKey key : task.get()) {
            if (key.channel() instanceof SocketChannel channel) {
                ends.add(List.of(
                        channel.getOption(StandardSocketOptions.SO_KEEPALIVE),
                        channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE),
                        channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                        channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT)));
            }
        }
        return ends;
    }
}
