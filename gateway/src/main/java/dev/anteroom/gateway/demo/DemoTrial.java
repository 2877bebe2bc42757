package dev.anteroom.gateway.demo;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.catalogue.Catalogue;
import dev.anteroom.gateway.catalogue.GateCatalogue;
import dev.anteroom.gateway.catalogue.ListenerCatalogue;
import dev.anteroom.gateway.catalogue.ProcessCatalogue;
import dev.anteroom.gateway.catalogue.UpstreamCatalogue;
import dev.anteroom.gateway.catalogue.Values;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.GatewaySettings;
import dev.anteroom.gateway.config.Transports;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.proxy.Gateway;
import dev.anteroom.gateway.proxy.StartFailure;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends one burst of clients through the real gateway to a server, over real sockets. */
final class DemoTrial {
    static final int LIMIT = 3;
    static final int CLIENTS = 12;

    /** The names of the urgent clients. Clients are named by the letters from A on. */
    private static final String URGENT = "FK";

    /** The name of the client that gives up first. */
    private static final String IMPATIENT = "H";

    private final Duration pace;
    private final DemoBoard board;

    private DemoTrial(Duration pace, DemoBoard board) {
        this.pace = pace;
        this.board = board;
    }

    /** Runs all clients and returns when the last has been served or has left. */
    static void run(String policy, Duration pace, DemoBoard board)
            throws IOException, StartFailure, InterruptedException {
        new DemoTrial(pace, board).run(policy);
    }

    private void run(String policy) throws IOException, StartFailure, InterruptedException {
        Endpoint anyPort = new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        TransportOptions oneLoop = TransportOptions.defaults().withLoops(1);
        try (EventLoopGroup servers = Transports.preferred().open(oneLoop);
                Listener server = servers.listen(anyPort.address(), remote -> new Service());
                Gateway gateway =
                        Gateway.open(settings(policy, anyPort, Endpoint.of(server.address())), this::customize)) {
            runClients(gateway.addresses().get(0));
            gateway.drain(pace);
        }
    }

    private static GatewaySettings settings(String policy, Endpoint listen, Endpoint upstream) {
        Values values = new Values()
                .with(ListenerCatalogue.LISTEN, listen)
                .with(UpstreamCatalogue.UPSTREAM, List.of(new UpstreamSettings(upstream, null)))
                .with(GateCatalogue.LIMIT, Integer.toString(LIMIT))
                .with(GateCatalogue.POLICY, policy)
                .with(GateCatalogue.MAX_WAITING, CLIENTS)
                .with(GateCatalogue.MAX_WAIT, Duration.ZERO)
                .with(ProcessCatalogue.LOOPS, 1);
        return Catalogue.settings("demo", values);
    }

    private void customize(String name, AdmissionGate.Builder gate) {
        gate.listener(board).priorityClass(board::priorityClass);
    }

    private void runClients(Endpoint address) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (char name = 'A'; name < 'A' + CLIENTS; name++) {
            String client = name + (URGENT.indexOf(name) < 0 ? "" : "*");
            Thread thread = new Thread(() -> runClient(client, address), "client " + client);
            thread.start();
            clients.add(thread);
            Thread.sleep(pace.toMillis() / CLIENTS);
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    /** Connects, sends its name, and waits for the answer until its patience ends. */
    private void runClient(String name, Endpoint address) {
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            board.connecting(name, socket.getLocalPort());
            socket.connect(address.address());
            socket.getOutputStream().write(name.getBytes(US_ASCII));
            long patience = pace.toMillis() * (name.equals(IMPATIENT) ? 1 : 100);
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, Math.max(1, patience)));
            socket.getInputStream().readAllBytes();
        } catch (IOException e) {
            // The client gave up; the board shows it.
        }
    }

    /** Serves one client: reads its name and closes the connection after the pace of the demo. */
    private final class Service implements Protocol {
        private @Nullable Transport transport;

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            board.reachedServer(US_ASCII.decode(data).toString());
            if (transport != null) {
                transport.eventLoop().schedule(pace, transport::close);
            }
        }

        @Override
        public void connectionLost(@Nullable Throwable reason) {}
    }
}
