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

/** What befalls the program as a process, while clients and upstream do their worst. */
@EnabledOnOs(OS.LINUX)
class ProcessFaultsTest {
    private static final int CLIENTS = 900;
    private static final int AT_ONCE = 120;

    /** MiB. */
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
    void told_to_end_it_lets_the_served_finish_and_ends_with_0() throws InterruptedException {
        Crowd crowd = sendClients(0);
        awaitAnswered(CLIENTS / 10);
        program.terminate();
        crowd.awaitAllGone();
        assertEquals(0, program.exitStatus());
        assertEquals(List.of(), scene.ledger().violations());
    }

    @Test
    void killed_and_started_again_it_serves_on_and_nobody_gets_a_wrong_byte() throws InterruptedException {
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

    /** A heap that is far too small for those who may wait, each of whom has sent something. */
    @Test
    void out_of_memory_it_ends_with_3_and_started_again_it_serves() throws InterruptedException, IOException {
        program.close();
        program = GatewayProgram.startIn(
                TINY_HEAP, upstream.address(), "--listen", "127.0.0.1:0", "--limit", "1", "--transport", "nio");
        List<Socket> clients = new ArrayList<>();
        try {
            clients.add(knock(0)); // has the slot, and says nothing
            while (program.gauges().active() == 0) {
                Thread.sleep(5);
            }
            while (program.isAlive() && clients.size() < MANY) {
                clients.add(knock(8 * 1024));
            }
            assertEquals(3, program.exitStatus());
            for (Socket socket : clients) {
                assertTrue(isCut(socket), "one hangs on a process that is gone");
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

    private Socket knock(int bytes) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(10_000);
            socket.connect(program.address(), 10_000);
            socket.getOutputStream().write(new byte[bytes]);
        } catch (IOException e) {
            // The process has gone meanwhile, or just now.
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
