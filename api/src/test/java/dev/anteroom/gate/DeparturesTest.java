package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernel's table of connections proves, and what it does not. */
class DeparturesTest {
    private static final TcpConnection PEER = new TcpConnection(endpoint("1F90"), endpoint("D431"));

    @TempDir
    Path folder;

    private static String endpoint(String port) {
        return TcpConnection.MAPPED + "0100007F:" + port;
    }

    /** Returns a table of the server's listener, and of the connection unless its state is empty. */
    private TcpTable table(String state) throws IOException {
        String listener = "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000";
        String connection = "   1: 0100007F:1F90 0100007F:D431 " + state + " 00000000:00000000";
        Files.write(
                folder.resolve("tcp"),
                state.isEmpty() ? List.of("headings", listener) : List.of("headings", listener, connection));
        return TcpTable.read(folder, Set.of("1F90"));
    }

    @Test
    void a_peer_that_has_shut_down_has_left() throws Exception {
        Departures.Watch watch = new Departures.Watch(PEER);
        assertFalse(watch.hasLeft(table("01")));
        assertTrue(watch.hasLeft(table("08")));
    }

    /** The kernel may pass over a connection when it lists them. */
    @Test
    void a_connection_that_is_missing_once_may_be_there() throws Exception {
        Departures.Watch watch = new Departures.Watch(PEER);
        assertFalse(watch.hasLeft(table("")));
        assertFalse(watch.hasLeft(table("01")));
        assertFalse(watch.hasLeft(table("")));
        assertTrue(watch.hasLeft(table("")));
    }

    @Test
    void without_a_table_waiters_wait_on() {
        AdmissionGate gate =
                AdmissionGate.builder().limit(0).maxWait(Duration.ZERO).build();
        Visitor waiter = Visitor.at(gate);
        Departures blind = new Departures(folder.resolve("nowhere"));
        blind.add(waiter.admission, PEER);
        blind.run();
        blind.run();
        assertEquals(Admission.State.WAITING, waiter.state());
    }
}
