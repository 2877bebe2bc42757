package dev.anteroom.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.common.net.InetAddresses;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.identity.ProxiedAddresses;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.gateway.proxy.Hellos;
import dev.anteroom.testkit.Await;
import dev.anteroom.testkit.ScriptedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests how the gateway identifies clients, over real sockets and with each transport; {@code ArrivalTest} has the
 * details. The limit is 1.
 */
class IdentityTest {
    private static final ProxiedAddresses ENDS = new ProxiedAddresses(at("192.0.2.7", 56324), at("198.51.100.1", 443));
    private static final String[] FROM_PROXIES = {"--proxy-protocol-from", "10.0.0.0/8,127.0.0.0/30"};

    @TempDir
    private Path folder;

    private final ScriptedUpstream upstream = ScriptedUpstream.open();
    private RunningGateway gateway;

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(InetAddresses.forString(address), port);
    }

    private void start(String transport, String... options) {
        List<String> all = new ArrayList<>(List.of("--limit", "1", "--transport", transport));
        all.addAll(List.of(options));
        gateway = RunningGateway.start(upstream.address(), all.toArray(String[]::new));
    }

    private void startBehindProxies(String transport, String... options) {
        List<String> all = new ArrayList<>(List.of(FROM_PROXIES));
        all.addAll(List.of(options));
        start(transport, all.toArray(String[]::new));
    }

    @AfterEach
    void close() {
        gateway.close();
        upstream.close();
    }

    /** Connects a client and waits until it is arriving. */
    private ScriptedClient connectArriving() {
        int before = gateway.gate("arriving");
        ScriptedClient client = gateway.connect();
        gateway.awaitGate("arriving", before + 1);
        return client;
    }

    private int dropped(String reason) {
        return gateway.gate().path("dropped").path(reason).intValue();
    }

    @ParameterizedTest
    @CsvSource({"nio, V1", "nio, V2", "netty, V1", "netty, V2"})
    void a_proxied_client_is_known_by_its_own_address(String transport, ProxyVersion version) throws IOException {
        Path log = folder.resolve("log");
        startBehindProxies(transport, "--class", "192.0.2.0/24=4", "--access-log", log.toString());
        ScriptedClient client = gateway.connect().send(version.header(ENDS)).send("hello");
        ScriptedClient server = upstream.next();
        assertEquals("hello", server.read(5));
        client.close();
        server.close();
        gateway.awaitGate("active", 0);
        JsonNode line = line(log);
        assertEquals("192.0.2.7:56324", line.path("source").textValue());
        assertEquals(4, line.path("class").intValue());
        assertEquals(5, line.path("fromClient").intValue());
    }

    /** A client with an IPv6 network has as many addresses as it likes. */
    @ParameterizedTest
    @CsvSource({"32/64, 2001:db8::%x:1, 2", "32/128, 2001:db8::%x:1, 4", "24/64, 192.0.2.%d, 2"})
    void a_source_is_all_addresses_with_a_prefix(String prefix, String address, int taken) throws IOException {
        startBehindProxies("nio", "--source-prefix", prefix, "--max-per-source", "2");
        List<ScriptedClient> clients = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            InetSocketAddress source = at(String.format(address, i), 1);
            ProxiedAddresses ends = new ProxiedAddresses(source, source);
            clients.add(gateway.connect().send(ProxyVersion.V2.header(ends)));
        }
        gateway.awaitGate("arrived", 4);
        assertEquals(taken, gateway.gate("active") + gateway.gate("waiting"));
        clients.forEach(ScriptedClient::close);
    }

    private static JsonNode line(Path log) throws IOException {
        Await.until("a line is written", () -> {
            try {
                return Files.exists(log) && Files.readString(log).endsWith("\n");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return new JsonMapper().readTree(Files.readAllLines(log).get(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void a_header_in_pieces_loses_no_byte_behind_it(String transport) {
        startBehindProxies(transport);
        ScriptedClient holder = gateway.connect().send(ProxyVersion.V1.header(ENDS));
        ScriptedClient held = upstream.next();
        byte[] payload = new byte[200_000];
        for (int i = 0; i < payload.length; i++) {
            payload[i] = (byte) ((i * 31) >> 3);
        }
        byte[] header = ProxyVersion.V2.header(ENDS);
        ScriptedClient client = connectArriving();
        for (byte each : header) {
            client.send(new byte[] {each});
        }
        gateway.awaitGate("waiting", 1);
        CompletableFuture<Void> sent = client.sendInBackground(payload);
        holder.close();
        held.close();
        ScriptedClient server = upstream.next();
        Await.value(sent.thenRun(client::shutdownOutput));
        assertEquals(ScriptedClient.hash(payload), server.hashToEnd());
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void the_source_cap_counts_clients_and_not_their_proxy(String transport) {
        startBehindProxies(transport, "--max-per-source", "1");
        gateway.connect().send(ProxyVersion.V1.header(ENDS));
        ScriptedClient held = upstream.next();
        assertEquals("", gateway.connect().send(ProxyVersion.V1.header(ENDS)).readToEnd());
        ScriptedClient other = gateway.connect()
                .send(ProxyVersion.V1.header(new ProxiedAddresses(at("192.0.2.8", 1), ENDS.destination())));
        gateway.awaitGate("waiting", 1);
        other.close();
        held.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void an_untrusted_header_is_passed_on(String transport) throws IOException {
        startBehindProxies(transport);
        ScriptedClient client = ScriptedClient.connectFrom(InetAddress.getByName("127.0.0.9"), gateway.address());
        byte[] header = ProxyVersion.V1.header(ENDS);
        client.send(header);
        assertEquals(new String(header, ISO_8859_1), upstream.next().read(header.length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void a_malformed_or_missing_header_causes_a_counted_reset(String transport) {
        startBehindProxies(transport, "--identify-timeout", "200ms");
        assertTrue(gateway.connect().send("GET / HTTP/1.0\r\n\r\n").isReset());
        assertTrue(gateway.connect().isReset());
        assertTrue(gateway.connect().send("PROXY ").isReset());
        assertEquals(1, dropped("malformed"));
        assertEquals(2, dropped("late"));
        assertEquals(0, gateway.gate("arrived"));
        assertEquals(0, gateway.gate("arriving"));
        String metrics = gateway.get("/metrics").body();
        assertTrue(metrics.contains("anteroom_dropped_total{reason=\"late\"} 2"), metrics);
        assertTrue(metrics.contains("anteroom_arriving 0"), metrics);
    }

    @ParameterizedTest
    @CsvSource({"nio, v1", "nio, v2", "netty, v1", "netty, v2"})
    void the_upstream_gets_the_clients_address_first(String transport, String version) {
        start(transport, "--send-proxy", version);
        ScriptedClient client = gateway.connect().send("hello");
        byte[] header = ProxyVersion.valueOf(version.toUpperCase(Locale.ROOT))
                .header(new ProxiedAddresses((InetSocketAddress) client.address(), gateway.address()));
        assertEquals(
                new String(header, ISO_8859_1) + "hello",
                new String(upstream.next().readBytes(header.length + 5), ISO_8859_1));
    }

    @Test
    void over_ipv6_the_upstream_gets_ipv6_addresses() {
        gateway = RunningGateway.startWith(
                2,
                "gateway",
                "--listen",
                "[::1]:0",
                "--upstream",
                Endpoint.of(upstream.address()).toString(),
                "--limit",
                "1",
                "--admin",
                "127.0.0.1:0",
                "--drain-timeout",
                "0s",
                "--send-proxy",
                "v1");
        ScriptedClient client = gateway.connect();
        String line = "PROXY TCP6 ::1 ::1 %d %d\r\n"
                .formatted(
                        ((InetSocketAddress) client.address()).getPort(),
                        gateway.address().getPort());
        assertEquals(line, upstream.next().read(line.length()));
    }

    @Test
    void a_health_check_sends_a_header_without_addresses() {
        start("nio", "--send-proxy", "v1", "--health-check", "50ms");
        assertEquals("PROXY UNKNOWN\r\n", upstream.next().readToEnd());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void silent_connections_hold_no_slot_until_they_speak(String transport) {
        start(transport, "--admit-when", "ready");
        List<ScriptedClient> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            silent.add(connectArriving());
        }
        ScriptedClient client = gateway.connect().send("now");
        ScriptedClient server = upstream.next();
        assertEquals("now", server.read(3));
        silent.get(7).send("me");
        gateway.awaitGate("waiting", 1);
        client.close();
        server.close();
        assertEquals("me", upstream.next().read(2));
        assertEquals(19, gateway.gate("arriving"));
        silent.forEach(ScriptedClient::close);
        Await.until("all have left", () -> dropped("left") == 19);
        assertEquals(2, gateway.gate("arrived"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void silent_connections_are_dropped_late_or_when_too_many(String transport) {
        start(
                transport,
                "--admit-when",
                "ready",
                "--max-arriving",
                "1",
                "--busy-message",
                "busy",
                "--ready-timeout",
                "1s");
        ScriptedClient eldest = connectArriving();
        ScriptedClient newcomer = gateway.connect();
        assertEquals("busy", eldest.readToEnd());
        assertEquals(1, dropped("crowded"));
        assertEquals("busy", newcomer.readToEnd());
        assertEquals(1, dropped("silent"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void a_real_tls_hello_sets_the_class_and_arrives_whole(String transport) throws IOException {
        Path log = folder.resolve("log");
        start(transport, "--class", "sni:*.Example.org=2", "--access-log", log.toString());
        SSLSocket client = (SSLSocket) SSLSocketFactory.getDefault().createSocket();
        client.connect(gateway.address());
        SSLParameters parameters = client.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName("DB.example.ORG")));
        client.setSSLParameters(parameters);
        CompletableFuture<String> handshake = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        client.startHandshake();
                        return "done";
                    } catch (IOException e) {
                        return e.toString();
                    }
                },
                task -> new Thread(task, "handshake").start());
        ScriptedClient server = upstream.next();
        byte[] header = server.readBytes(5);
        int length = ByteBuffer.wrap(header).getShort(3);
        String hello = new String(server.readBytes(length), ISO_8859_1);
        assertEquals(22, header[0]);
        assertTrue(hello.contains("db.example.org") || hello.contains("DB.example.ORG"), hello);
        server.send(new byte[] {21, 3, 3, 0, 2, 2, 40}); // alert: handshake failure
        assertTrue(Await.value(handshake).contains("handshake_failure"));
        client.close();
        server.close();
        JsonNode line = line(log);
        assertEquals(2, line.path("class").intValue());
        assertEquals("db.example.org", line.path("serverName").textValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nio", "netty"})
    void waiters_are_admitted_by_the_names_they_ask_for(String transport) {
        start(transport, "--policy", "priority", "--class", "sni:urgent.example.org=0", "--identify-timeout", "200ms");
        ScriptedClient holder = gateway.connect().send("x");
        ScriptedClient held = upstream.next();
        gateway.connectWaiting(); // silent, and so of the class of others after a time
        ScriptedClient urgent = gateway.connect().send(Hellos.of("urgent.example.org"));
        gateway.awaitGate("waiting", 2);
        holder.close();
        held.close();
        byte[] hello = Hellos.of("urgent.example.org");
        assertEquals(new String(hello, ISO_8859_1), new String(upstream.next().readBytes(hello.length), ISO_8859_1));
        urgent.close();
    }

    @Test
    void class_files_are_reloaded_by_sighup_and_the_api() throws IOException {
        Path list = Files.writeString(folder.resolve("urgent=0.txt"), "# nobody yet\n");
        Path log = folder.resolve("log");
        start("nio", "--policy", "priority", "--class", "file:" + list + "=0", "--access-log", log.toString());
        gateway.connect();
        ScriptedClient held = upstream.next();
        gateway.connectWaiting("127.0.0.1").send("a");
        Files.writeString(list, "10.0.0.0/8\n127.0.0.2 # and its neighbours\n127.0.0.4/31\n");
        gateway.hangUp();
        gateway.connectWaiting("127.0.0.5").send("b");
        Files.writeString(list, "127.0.0.1\nnowhere\n");
        var answer = gateway.request("POST", "/api/reload", "");
        assertEquals(409, answer.statusCode());
        assertTrue(answer.body().contains("line 2: \\\"nowhere\\\" is not a range"), answer.body());
        gateway.connectWaiting("127.0.0.1").send("c");
        assertFalse(gateway.errors().contains("not reloaded"), gateway.errors());
        held.close();
        ScriptedClient next = upstream.next();
        assertEquals("b", next.read(1));
        next.close();
    }

    @Test
    void a_reload_changes_which_listener_trusts_proxies() throws IOException {
        Path file = folder.resolve("anteroom.yaml");
        String text = """
                loops: 1
                admin: 127.0.0.1:0
                drain-timeout: 0s
                gates: {one: {limit: 5}}
                listeners:
                  - {listen: 127.0.0.1:0, gate: one, upstreams: [UP], send-proxy: v1}
                  - {listen: 127.0.0.2:0, gate: one, upstreams: [UP], proxy-protocol-from: [127.0.0.1], send-proxy: v1}
                """.replace("UP", Endpoint.of(upstream.address()).toString());
        Files.writeString(file, text);
        gateway = RunningGateway.startWith(3, "gateway", "--config", file.toString());
        InetSocketAddress second = Endpoint.parse(gateway.lines().get(1).replace("listening on ", ""))
                .address();
        ScriptedClient.connect(second).send(ProxyVersion.V2.header(ENDS));
        assertEquals(
                "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n",
                upstream.next().read(45));
        ScriptedClient plain = gateway.connect();
        assertTrue(upstream.next().read(30).startsWith("PROXY TCP4 127.0.0.1 127.0.0.1"));
        Files.writeString(file, text.replace("proxy-protocol-from: [127.0.0.1], ", ""));
        gateway.hangUp();
        ScriptedClient direct = ScriptedClient.connect(second);
        assertTrue(upstream.next().read(30).startsWith("PROXY TCP4 127.0.0.1 127.0.0.2"));
        plain.close();
        direct.close();
    }
}
