package dev.anteroom.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's tables of connections, in the words that a little-endian machine writes. */
class TcpTableTest {
    private static final String HEADINGS =
            "  sl  local_address                         remote_address                        st tx_queue rx_queue";

    @TempDir
    Path folder;

    @BeforeEach
    void the_machine_is_little_endian() {
        assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    }

    private void write(String file, String... lines) throws Exception {
        Files.write(
                folder.resolve(file),
                Stream.concat(Stream.of(HEADINGS), Stream.of(lines)).toList());
    }

    private static TcpConnection connection(String local, int localPort, String remote, int remotePort)
            throws Exception {
        return Objects.requireNonNull(TcpConnection.of(
                new InetSocketAddress(InetAddress.getByName(local), localPort),
                new InetSocketAddress(InetAddress.getByName(remote), remotePort)));
    }

    private TcpTable read(TcpConnection connection) throws Exception {
        return TcpTable.read(folder, Set.of(connection.localPort()));
    }

    @Test
    void an_open_connection_is_neither_closed_nor_missing() throws Exception {
        write("tcp", "   7: 0100007F:1F90 0200007F:D431 01 00000000:00000000 00:00000000 00000000     0        0 1");
        TcpConnection open = connection("127.0.0.1", 8080, "127.0.0.2", 54321);
        assertFalse(read(open).isClosed(open));
        assertFalse(read(open).isMissing(open));
    }

    @Test
    void a_connection_that_the_peer_has_shut_down_is_closed() throws Exception {
        write("tcp", "   7: 0100007F:1F90 0200007F:D431 08 00000000:00000000 00:00000000 00000000     0        0 1");
        TcpConnection closed = connection("127.0.0.1", 8080, "127.0.0.2", 54321);
        assertTrue(read(closed).isClosed(closed));
    }

    @Test
    void a_connection_beside_its_listener_can_be_missing() throws Exception {
        write("tcp", "   0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1");
        TcpConnection gone = connection("127.0.0.1", 8080, "127.0.0.2", 54321);
        assertTrue(read(gone).isMissing(gone));
    }

    @Test
    void a_table_without_the_port_says_nothing() throws Exception {
        write("tcp", "   0: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1");
        TcpConnection elsewhere = connection("127.0.0.1", 8080, "127.0.0.2", 54321);
        assertFalse(read(elsewhere).isMissing(elsewhere));
        assertFalse(read(elsewhere).isClosed(elsewhere));
    }

    @Test
    void an_ipv4_client_of_an_ipv6_listener_is_found() throws Exception {
        write("tcp");
        write(
                "tcp6",
                " 123: 0000000000000000FFFF00000100007F:1F90 0000000000000000FFFF00000200007F:D431 08 00000000:00000000");
        TcpConnection closed = connection("127.0.0.1", 8080, "127.0.0.2", 54321);
        assertTrue(read(closed).isClosed(closed));
    }

    @Test
    void an_ipv6_client_is_found() throws Exception {
        write("tcp");
        write(
                "tcp6",
                "   1: 00000000000000000000000001000000:1F90 B80D0120000000000000000002000000:D431 08 00000000:00000000");
        TcpConnection closed = connection("::1", 8080, "2001:db8::2", 54321);
        assertTrue(read(closed).isClosed(closed));
    }

    @Test
    void unix_domain_sockets_are_no_tcp_connections() {
        assertNull(TcpConnection.of(UnixDomainSocketAddress.of("a"), UnixDomainSocketAddress.of("")));
        assertEquals("1F90", new TcpConnection("0:1F90", "0:0001").localPort());
    }
}
