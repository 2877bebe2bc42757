package dev.anteroom.transport.nio;

import static java.util.Collections.nCopies;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.KeepAlive;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.Echo;
import dev.anteroom.testkit.Loopback;
import dev.anteroom.testkit.RecordingProtocol;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The options that a connection sets on its socket, and a socket that does not have them. */
@EnabledOnOs(OS.LINUX)
class SocketOptionsTest {
    private static final KeepAlive KEEP_ALIVE = new KeepAlive(Duration.ofSeconds(2), Duration.ofSeconds(7), 5);

    private static final List<Object> PROBED = List.of(true, 2, 7, 5);

    @Test
    void both_ends_of_a_lasting_connection_are_probed() throws Exception {
        try (EventLoopGroup loops = open(KEEP_ALIVE)) {
            var listener = loops.listen(Loopback.anyPort(), remote -> new RecordingProtocol());
            // More than are told in one turn.
            for (int i = 0; i < 300; i++) {
                connect(loops, listener.address());
            }
            Await.until("both ends of each are probed", () -> keepAlive(loops).equals(nCopies(600, PROBED)));
        }
    }

    @Test
    void a_young_connection_is_not_probed_yet() throws Exception {
        try (EventLoopGroup loops = open(new KeepAlive(Duration.ofHours(1), Duration.ofSeconds(7), 5))) {
            var server = new RecordingProtocol();
            connect(loops, loops.listen(Loopback.anyPort(), remote -> server).address());
            server.transport();
            assertEquals(
                    List.of(false, false),
                    keepAlive(loops).stream().map(end -> end.get(0)).toList());
        }
    }

    @Test
    void a_connection_that_ended_young_leaves_the_others_probed() throws Exception {
        try (EventLoopGroup loops = open(KEEP_ALIVE)) {
            var listener = loops.listen(Loopback.anyPort(), remote -> new RecordingProtocol());
            for (int i = 0; i < 5; i++) {
                var connection = connect(loops, listener.address());
                if (i % 2 == 0) {
                    loops.loops().get(0).execute(connection::abort);
                }
            }
            Await.until("those that are left are probed", () -> keepAlive(loops).equals(nCopies(4, PROBED)));
        }
    }

    @Test
    void no_connection_is_probed_if_keep_alive_is_off() throws Exception {
        try (EventLoopGroup loops = open(KeepAlive.OFF)) {
            var listener = loops.listen(Loopback.anyPort(), remote -> new RecordingProtocol());
            connect(loops, listener.address());
            assertEquals(false, keepAlive(loops).get(0).get(0));
        }
    }

    @Test
    void a_connection_from_a_borrowed_channel_is_probed() throws Exception {
        try (ServerSocketChannel channel = ServerSocketChannel.open();
                EventLoopGroup loops = open(KEEP_ALIVE)) {
            channel.bind(Loopback.anyPort());
            try (SocketChannel client = SocketChannel.open(channel.getLocalAddress())) {
                loops.listen(channel, remote -> new RecordingProtocol());
                Await.until("it is probed", () -> keepAlive(loops).equals(List.of(PROBED)));
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

    private static Transport connect(EventLoopGroup loops, SocketAddress address) throws Exception {
        return loops.loops().get(0).connect(address, new RecordingProtocol()).get();
    }

    private static List<List<Object>> keepAlive(EventLoopGroup loops) {
        NioEventLoop loop = ((NioEventLoopGroup) loops).loop(0);
        return CompletableFuture.supplyAsync(() -> List.copyOf(loop.selector().keys()), loop).join().stream()
                .filter(key -> key.channel() instanceof SocketChannel)
                .map(key -> options((SocketChannel) key.channel()))
                .toList();
    }

    private static List<Object> options(SocketChannel channel) {
        try {
            return List.of(
                    channel.getOption(StandardSocketOptions.SO_KEEPALIVE),
                    channel.getOption(ExtendedSocketOptions.TCP_KEEPIDLE),
                    channel.getOption(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                    channel.getOption(ExtendedSocketOptions.TCP_KEEPCOUNT));
        } catch (IOException e) {
            return List.of(e);
        }
    }
}
