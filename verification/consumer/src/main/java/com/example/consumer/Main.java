package com.example.consumer;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.Listener;
import dev.anteroom.protocol.Protocol;
import dev.anteroom.protocol.Transport;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.scheduler.LifoPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.function.ToIntFunction;

/** Serves three clients, one at a time and newest first, on each transport named; prints the order. */
public final class Main {
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .policy(new LifoPolicy())
            .maxWaiting(10)
            .maxWait(Duration.ofSeconds(30))
            .build();

    private final List<Socket> clients = new ArrayList<>();

    private Main() {}

    /** Runs the trial on each transport of the arguments. */
    public static void main(String[] transports) throws Exception {
        for (String name : transports) {
            System.out.println(name + ": " + new Main().order(provider(name)));
        }
    }

    private static TransportProvider provider(String name) {
        return ServiceLoader.load(TransportProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("there is no transport " + name));
    }

    private String order(TransportProvider transport) throws Exception {
        try (EventLoopGroup loops = transport.open(TransportOptions.defaults())) {
            Listener listener = loops.listen(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    new GatedProtocolFactory(gate, source -> new Echo()));
            InetSocketAddress address = (InetSocketAddress) listener.address();
            connect(address, "A", GateSnapshot::active, 1);
            connect(address, "B", GateSnapshot::waiting, 1);
            connect(address, "C", GateSnapshot::waiting, 2);
            return answer(0) + answer(2) + answer(1);
        }
    }

    private void connect(InetSocketAddress address, String message, ToIntFunction<GateSnapshot> count, int expected)
            throws Exception {
        Socket client = new Socket(address.getAddress(), address.getPort());
        client.setSoTimeout(30_000);
        client.getOutputStream().write(message.getBytes());
        clients.add(client);
        for (int i = 0; count.applyAsInt(gate.snapshot()) != expected; i++) {
            if (i == 3_000) {
                throw new IllegalStateException(message + " was not taken in: " + gate.snapshot());
            }
            Thread.sleep(10);
        }
    }

    /** Reads a client's answer, which does not come before it is admitted, and lets it leave. */
    private String answer(int number) throws IOException {
        try (Socket client = clients.get(number)) {
            return Character.toString(client.getInputStream().read());
        }
    }

    private static final class Echo implements Protocol {
        private Transport transport;

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            transport.write(data);
        }

        @Override
        public void connectionLost(Throwable reason) {
            // There is nothing to free.
        }
    }
}
