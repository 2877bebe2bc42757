package dev.anteroom.transport.netty;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.Echo;
import dev.anteroom.testkit.Loopback;
import dev.anteroom.testkit.ProgramOutput;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/**
 * A server in a separate JVM, whose heap is measured while its clients wait. It answers each line on its standard input
 * with a line on its standard output, and ends at the end of its input.
 */
final class ParkedServer implements AutoCloseable {
    private static final int FEW = 1_000;
    private static final int MANY = 2_000;

    /** The kind of connection that waits. */
    enum Kind {
        TRANSPORT("a connection of this transport"),
        HANDLER("a pipeline gated by `AdmissionHandler`"),
        TLS_HANDLER("a TLS server's, gated by `AdmissionHandler`"),
        TLS_INITIALIZER("a TLS server's, gated by `AdmissionInitializer`");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    private final Process process;
    private final ProgramOutput answers;

    private ParkedServer(String transport, Kind kind) throws IOException {
        process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ParkedServer.class.getName(),
                        transport,
                        kind.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        answers = ProgramOutput.of(process);
    }

    /**
     * Returns the heap that each waiting connection takes: the difference between many connections and a few, for which
     * everything that is loaded once has been loaded.
     */
    static String heapOfEach(String transport, Kind kind) {
        try (ParkedServer server = new ParkedServer(transport, kind)) {
            SocketAddress address =
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), Math.toIntExact(server.ask("port")));
            List<SocketChannel> clients = server.park(address, FEW, FEW);
            long before = server.ask("heap");
            clients.addAll(server.park(address, MANY, FEW + MANY));
            long each = (server.ask("heap") - before) / MANY;
            closeAll(clients);
            return String.format(Locale.ROOT, "%,d", each);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<SocketChannel> park(SocketAddress address, int count, int waiting) throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open(address);
            client.write(ByteBuffer.allocate(64));
            clients.add(client);
        }
        Await.until("all wait", () -> ask("waiting") == waiting);
        return clients;
    }

    private static void closeAll(List<SocketChannel> clients) throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }

    private long ask(String question) {
        try {
            process.getOutputStream().write((question + "\n").getBytes(UTF_8));
            process.getOutputStream().flush();
            return Long.parseLong(answers.line());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    // ---- in the other JVM

    public static void main(String[] args) throws Exception {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        Departure.occupy(gate);
        SocketAddress address = listen(args[0], Kind.valueOf(args[1]), gate);
        var questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            System.out.println(
                    switch (question) {
                        case "port" -> ((InetSocketAddress) address).getPort();
                        case "waiting" -> gate.snapshot().waiting();
                        default -> heapBytes();
                    });
        }
        System.exit(0);
    }

    private static SocketAddress listen(String transport, Kind kind, AdmissionGate gate) throws Exception {
        if (kind == Kind.TRANSPORT) {
            return provider(transport)
                    .open(TransportOptions.defaults().withLoops(1))
                    .listen(Loopback.anyPort(), new GatedProtocolFactory(gate, remote -> new Echo()))
                    .address();
        }
        NettyIo io = NettyIo.valueOf(transport.substring("netty-".length()).toUpperCase(Locale.ROOT));
        return new ServerBootstrap()
                .group(new MultiThreadIoEventLoopGroup(1, io.handlers()))
                .channelFactory(io::newServerChannel)
                .childHandler(childHandler(kind, gate, tls()))
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel()
                .localAddress();
    }

    private static ChannelHandler childHandler(Kind kind, AdmissionGate gate, SslContext tls) {
        Consumer<Channel> plain = child -> child.pipeline().addLast(new GatedServer.Echo());
        Consumer<Channel> secured =
                child -> child.pipeline().addLast(tls.newHandler(child.alloc()), new GatedServer.Echo());
        Consumer<Channel> gated = child -> child.pipeline().addFirst(new AdmissionHandler(gate));
        return switch (kind) {
            case HANDLER -> GatedServer.initializer(plain.andThen(gated));
            case TLS_HANDLER -> GatedServer.initializer(secured.andThen(gated));
            default -> new AdmissionInitializer(gate, GatedServer.initializer(secured));
        };
    }

    private static TransportProvider provider(String name) {
        for (TransportProvider provider : ServiceLoader.load(TransportProvider.class)) {
            if (provider.name().equals(name)) {
                return provider;
            }
        }
        throw new IllegalArgumentException("there is no transport " + name);
    }

    private static SslContext tls() throws Exception {
        var certificate = new CertificateBuilder()
                .subject("CN=localhost")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return SslContextBuilder.forServer(certificate.toKeyManagerFactory())
                .sslProvider(SslProvider.JDK)
                .build();
    }

    private static long heapBytes() {
        System.gc();
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
