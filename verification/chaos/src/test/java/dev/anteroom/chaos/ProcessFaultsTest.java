package dev.anteroom.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.chaos.Client.Outcome;
import dev.anteroom.chaos.Ledger.Violation;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Faults of the gateway's process while clients and upstream misbehave. */
@EnabledOnOs(OS.LINUX)
class ProcessFaultsTest {
    private static final int CLIENTS = 900;
    private static final int AT_ONCE = 120;

    /** Heap in MiB. */
    private static final int TINY_HEAP = 16;

    private static final int MANY = 8_000;

    private final Scene scene = Scene.of(Long.getLong("anteroom.seed", 11));
    private final PeerLoop loop = new PeerLoop("clients");
    private final Upstream upstream = new Upstream(scene);
    private GatewayProgram program = start("127.0.0.1:0");

    private GatewayProgram start(String listen) {
        scene.ceiling().raiseTo(20);
        return GatewayProgram.start(
                upstream.address(),
                "--listen",
                listen,
                "--limit",
                "20",
                "--busy-message",
                Client.BUSY,
                "--drain-timeout",
                "40s");
    }

    @AfterEach
    void close() {
        program.close();
        upstream.close();
        loop.close();
    }

    private Crowd sendClients(int first) {
        return new Crowd(loop, scene, program.address(), first, CLIENTS).send(AT_ONCE);
    }

    private void awaitAnswered(long number) throws InterruptedException {
        while (scene.ledger().counted(Outcome.ANSWERED) < number) {
            assertEquals("", program.errors());
            Thread.sleep(5);
        }
    }

    @Test
    void on_sigterm_served_connections_finish_and_it_exits_with_0() throws InterruptedException {
        Crowd crowd = sendClients(0);
        awaitAnswered(CLIENTS / 10);
        program.terminate();
        crowd.awaitAllGone();
        assertEquals(0, program.exitStatus());
        assertEquals(List.of(), scene.ledger().violations());
    }

    @Test
    void after_a_kill_and_a_restart_it_serves_without_a_wrong_byte() throws InterruptedException {
        Crowd crowd = sendClients(0);
        awaitAnswered(CLIENTS / 10);
        program.kill();
        crowd.awaitAllGone();
        int port = program.address().getPort();
        program.close();
        long before = scene.ledger().counted(Outcome.ANSWERED);
        program = start("127.0.0.1:" + port);
        sendClients(CLIENTS).awaitAllGone();
        assertTrue(scene.ledger().counted(Outcome.ANSWERED) > before + CLIENTS / 10);
        assertEquals(0, scene.ledger().counted(Violation.WRONG_BYTES));
        assertEquals(0, scene.ledger().counted(Violation.OVER_LIMIT));
    }

    /** The heap is far too small for the waiting connections, each of which has sent data. */
    @Test
    void out_of_memory_it_exits_with_3_and_serves_after_a_restart() throws InterruptedException, IOException {
        program.close();
        program = GatewayProgram.startIn(
                TINY_HEAP, upstream.address(), "--listen", "127.0.0.1:0", "--limit", "1", "--transport", "nio");
        List<Socket> clients = new ArrayList<>();
        try {
            clients.add(connectAndSend(0)); // has the slot, and sends nothing
            while (program.gauges().active() == 0) {
                Thread.sleep(5);
            }
            while (program.isAlive() && clients.size() < MANY) {
                clients.add(connectAndSend(8 * 1024));
            }
            assertEquals(3, program.exitStatus());
            for (Socket socket : clients) {
                assertTrue(isCut(socket), "a connection to the ended process is still open");
            }
        } finally {
            for (Socket socket : clients) {
                socket.close();
            }
        }
        int port = program.address().getPort();
        program.close();
        program = start("127.0.0.1:" + port);
        sendClients(0).awaitAllGone();
        assertEquals(List.of(), scene.ledger().violations());
    }

    private Socket connectAndSend(int bytes) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(10_000);
            socket.connect(program.address(), 10_000);
            socket.getOutputStream().write(new byte[bytes]);
        } catch (IOException e) {
            // The process has ended.
        }
        return socket;
    }

    private static boolean isCut(Socket socket) throws IOException {
        try {
            return !socket.isConnected() || socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
