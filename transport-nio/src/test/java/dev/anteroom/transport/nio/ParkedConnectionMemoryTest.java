package dev.anteroom.transport.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The heap that a waiting client takes: its admission, its transport, and the JDK's objects for a channel. */
@DisabledOnOs(OS.WINDOWS)
class ParkedConnectionMemoryTest {
    private static final int MANY = 4_000;
    private static final int ALLOWED = 1_126;

    @Test
    void a_parked_connection_costs_at_most_1_1_kilobytes_of_heap() throws IOException {
        try (ServerProcess server = new ServerProcess(10_000, 1)) {
            ScriptedClient served = ScriptedClient.connect(server.address()).send("x");
            served.read(1);
            closeAll(park(server, 200));
            Await.until("the trial run is over", () -> server.waiting() == 0);
            long before = server.heap();
            List<SocketChannel> clients = park(server, MANY);
            long each = (server.heap() - before) / MANY;
            System.out.println("heap for each parked connection that has sent 64 bytes: " + each + " bytes");
            assertTrue(each <= ALLOWED, each + " bytes");
            closeAll(clients);
            served.close();
        }
    }

    private static List<SocketChannel> park(ServerProcess server, int count) throws IOException {
        List<SocketChannel> clients = new ArrayList<>();
        InetSocketAddress address = server.address();
        for (int i = 0; i < count; i++) {
            SocketChannel client = SocketChannel.open(address);
            client.write(ByteBuffer.allocate(64));
            clients.add(client);
        }
        Await.until("all wait", () -> server.waiting() == count);
        return clients;
    }

    private static void closeAll(List<SocketChannel> clients) throws IOException {
        for (SocketChannel client : clients) {
            client.close();
        }
    }
}
