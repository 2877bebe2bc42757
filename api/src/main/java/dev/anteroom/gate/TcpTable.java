package dev.anteroom.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The connections of some local ports, as the kernel lists them at one moment (proc(5), {@code /proc/net/tcp}). */
final class TcpTable {
    private static final int IPV4_DIGITS = 8;
    private static final int IPV6_DIGITS = 32;

    /**
     * The states in which the peer can still send: ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2 and
     * NEW_SYN_RECV, of {@code enum} in {@code tcp_states.h}.
     */
    private static final Set<String> OPEN = Set.of("01", "02", "03", "04", "05", "0C");

    private final Set<String> portsWanted;
    private final Set<String> portsSeen = new HashSet<>();
    private final Map<TcpConnection, Boolean> open = new HashMap<>();

    private TcpTable(Set<String> portsWanted) {
        this.portsWanted = portsWanted;
    }

    /**
     * Reads the table.
     *
     * @param folder where the kernel has it, which is {@code /proc/self/net}
     * @param localPorts the ports in question, in four hexadecimal digits
     */
    static TcpTable read(Path folder, Set<String> localPorts) throws IOException {
        TcpTable table = new TcpTable(localPorts);
        table.add(folder.resolve("tcp"), TcpConnection.MAPPED, IPV4_DIGITS);
        Path ipv6 = folder.resolve("tcp6");
        if (Files.exists(ipv6)) {
            table.add(ipv6, "", IPV6_DIGITS);
        }
        return table;
    }

    private void add(Path file, String prefix, int digits) throws IOException {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
            lines.readLine(); // the headings
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                add(line, prefix, digits);
            }
        }
    }

    /** Adds a line such as {@code "  0: 0100007F:1F90 0100007F:D431 01 ..."}. */
    private void add(String line, String prefix, int digits) {
        int endpoint = digits + 1 + TcpConnection.PORT_DIGITS;
        int local = line.indexOf(':') + 2;
        int remote = local + endpoint + 1;
        int state = remote + endpoint + 1;
        String port = line.substring(local + digits + 1, local + endpoint);
        if (portsWanted.contains(port)) {
            portsSeen.add(port);
            TcpConnection connection = new TcpConnection(
                    prefix + line.substring(local, local + endpoint),
                    prefix + line.substring(remote, remote + endpoint));
            open.put(connection, OPEN.contains(line.substring(state, state + 2)));
        }
    }

    /** Whether the table has a connection whose peer has shut down its side or closed. */
    boolean isClosed(TcpConnection connection) {
        return Boolean.FALSE.equals(open.get(connection));
    }

    /**
     * Whether a connection is gone: the table lists its port, and not the connection. A socket that this process has
     * from another network namespace is in no table that it can read, and neither is its port.
     */
    boolean isMissing(TcpConnection connection) {
        return portsSeen.contains(connection.localPort()) && !open.containsKey(connection);
    }
}
