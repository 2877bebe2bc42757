package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.protocol.EventLoopGroup;
import dev.anteroom.protocol.TransportOptions;
import dev.anteroom.protocol.TransportProvider;
import dev.anteroom.testkit.TransportSuite;
import dev.anteroom.transport.nio.NioTransportProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes {@code docs/transports.md}: the promises that each transport keeps, how soon it notices a departure, and the
 * memory that a waiting connection takes. Not a part of the build: it takes minutes, and its figures are those of the
 * machine on which it runs.
 */
@EnabledIfSystemProperty(named = TransportTable.PAGE, matches = ".+")
@TestMethodOrder(OrderAnnotation.class)
@Timeout(600)
class TransportTable {
    static final String PAGE = "anteroom.transports.page";

    private static final String HEADER = """
            # The transports, one by one

            This page is written by

            ```sh
            mvn test -pl transport-netty -am -Dtest=TransportTable -Dsurefire.failIfNoSpecifiedTests=false \\
              -D%s=$PWD/docs/transports.md
            ```

            on %s, JDK %s, %d processors. `-Dtest=TransportTable#departures`, `#memory` or `#contract` writes one section.
            [ARCHITECTURE.md](../ARCHITECTURE.md#what-each-transport-notices-while-a-connection-is-parked) explains the
            differences, [benchmarks/RESULTS.md](../benchmarks/RESULTS.md#whole-systems) compares the speed.
            """.formatted(
                    PAGE,
                    System.getProperty("os.name"),
                    System.getProperty("java.version"),
                    Runtime.getRuntime().availableProcessors());

    private static final List<TransportProvider> TRANSPORTS = List.of(
            new NioTransportProvider(),
            new NettyTransportProvider.Nio(),
            new NettyTransportProvider.Epoll(),
            new NettyTransportProvider.IoUring());

    private static final Map<String, Class<? extends TransportSuite>> SUITES = new LinkedHashMap<>();

    static {
        SUITES.put("nio", NioSuite.class);
        SUITES.put("netty-nio", NettyNioTransportTest.class);
        SUITES.put("netty-epoll", NettyEpollTransportTest.class);
        SUITES.put("netty-io_uring", NettyIoUringTransportTest.class);
    }

    static final class NioSuite extends TransportSuite {
        @Override
        protected EventLoopGroup open(TransportOptions options) {
            return new NioTransportProvider().open(options);
        }

        @Override
        protected boolean noticesResetBehindUnreadBytes() {
            return true;
        }
    }

    @Test
    @Order(1)
    void departures() throws IOException {
        write("How soon a departure is noticed", """
                Milliseconds from the client's last act until its place in the waiting room is given up: median of
                10, and the longest.

                %s""".formatted(table("the client", this::delays)));
    }

    @Test
    @Order(2)
    void memory() throws IOException {
        write("What it costs to wait", """
                Bytes of heap for each waiting connection that has sent 64 bytes, in a JVM of their own: what 2,000 of
                them add to 1,000. A pipeline has one handler of the user's; that of a TLS server has an `SslHandler`
                with the JDK's engine in front of it.

                %s""".formatted(table("", this::heap)));
    }

    @Test
    @Order(3)
    void contract() throws IOException {
        Contract contract = Contract.of(SUITES);
        write("Every sentence of the contract", """
                The testkit's `TransportSuite` states them. `yes`: kept; `-`: the transport declares that it cannot
                notice this, and is not tested.

                %s""".formatted(contract.page()));
        assertEquals(List.of(), contract.broken());
    }

    /** Replaces a section of the page. */
    private static void write(String title, String text) throws IOException {
        Path path = Path.of(System.getProperty(PAGE));
        String page = Files.exists(path) ? Files.readString(path) : HEADER;
        String heading = "## " + title + "\n";
        int begin = page.indexOf(heading);
        int next = begin < 0 ? -1 : page.indexOf("\n## ", begin);
        String before = begin < 0 ? page + "\n" : page.substring(0, begin);
        String after = next < 0 ? "" : page.substring(next);
        Files.writeString(path, before + heading + "\n" + text.strip() + "\n" + after);
    }

    private Map<String, List<String>> heap(String transport) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (ParkedServer.Kind kind : ParkedServer.Kind.values()) {
            boolean exists = kind == ParkedServer.Kind.TRANSPORT || !transport.equals("nio");
            rows.put(kind.words(), List.of(exists ? ParkedServer.heapOfEach(transport, kind) : ""));
        }
        return rows;
    }

    private Map<String, List<String>> delays(String transport) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (Departure departure : Departure.values()) {
            rows.put(departure.words(), List.of(departure.delays(provider(transport))));
        }
        return rows;
    }

    private static TransportProvider provider(String name) {
        return TRANSPORTS.stream()
                .filter(provider -> provider.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Returns a table with a column for each transport and the given rows. */
    private static String table(String corner, Function<String, Map<String, List<String>>> column) {
        Map<String, StringBuilder> rows = new LinkedHashMap<>();
        for (String transport : SUITES.keySet()) {
            column.apply(transport)
                    .forEach((row, cells) -> rows.computeIfAbsent(row, name -> new StringBuilder(name))
                            .append(" | ")
                            .append(String.join(", ", cells)));
        }
        return header(corner, SUITES.keySet())
                + rows.values().stream().map(row -> "| " + row + " |\n").collect(Collectors.joining());
    }

    static String header(String corner, Iterable<String> columns) {
        return "| " + corner + " | " + String.join(" | ", columns) + " |\n|---|" + "---|".repeat(SUITES.size()) + "\n";
    }
}
