package dev.anteroom.gateway.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.address.AddressRange;
import dev.anteroom.address.IpAddress;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.catalogue.ListenerCatalogue;
import dev.anteroom.gateway.catalogue.UpstreamCatalogue;
import dev.anteroom.gateway.catalogue.Values;
import dev.anteroom.gateway.config.AdmitWhen;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.gateway.identity.ProxyVersion;
import dev.anteroom.gateway.log.RateLimitedWarning;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.testkit.FakeEventLoop;
import dev.anteroom.testkit.FakeTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Tests a connection from acceptance to its gate. The test controls the clock; the peer is a proxy at a loopback
 * address.
 */
class ArrivalTest {
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(30);
    private static final String HEADER = "PROXY TCP4 192.0.2.7 198.51.100.1 56324 443\r\n";

    private final FakeEventLoop loop = new FakeEventLoop();
    private final List<String> dropped = new ArrayList<>();
    private List<AddressRange> proxies = List.of();
    private AdmitWhen admitWhen = AdmitWhen.ARRIVED;
    private ProxyVersion sendProxy;
    private HalfClose halfClose = HalfClose.ABANDON;
    private List<PriorityRule> classes = List.of();
    private int limit = 1;
    private Arrivals arrivals = new Arrivals(2);
    private NamedGate gate;
    private ListenerPipeline pipeline;

    private void open() {
        Endpoint nowhere = Endpoint.parse("127.0.0.1:1");
        Values values = new Values()
                .with(ListenerCatalogue.LISTEN, nowhere)
                .with(ListenerCatalogue.GATE, "default")
                .with(ListenerCatalogue.PROXY_PROTOCOL_FROM, proxies)
                .with(ListenerCatalogue.IDENTIFY_TIMEOUT, TIMEOUT)
                .with(ListenerCatalogue.ADMIT_WHEN, admitWhen)
                .with(ListenerCatalogue.READY_TIMEOUT, READY_TIMEOUT)
                .with(ListenerCatalogue.HALF_CLOSE, halfClose)
                .with(ListenerCatalogue.BUSY_MESSAGE, "busy")
                .with(UpstreamCatalogue.UPSTREAM, List.of(new UpstreamSettings(nowhere, null)));
        ListenerSettings settings = ListenerCatalogue.settings(
                sendProxy == null ? values : values.with(UpstreamCatalogue.SEND_PROXY, sendProxy));
        GateClasses priorities = new GateClasses(classes);
        gate = new NamedGate(
                "default",
                AdmissionGate.builder().limit(limit).priorityClass(priorities).build(),
                priorities,
                arrivals,
                WhenFull.REFUSE);
        GatewayObserver watcher = new GatewayObserver() {
            @Override
            public void customize(String gate, AdmissionGate.Builder builder) {}

            @Override
            public void dropped(String gate, SocketAddress source, DropReason why) {
                dropped.add(why.label() + " " + IpAddress.format(source));
            }
        };
        Proxy proxy = TestProxy.of(settings, gate, loop, watcher);
        pipeline = new ListenerPipeline(settings, gate, proxy, watcher, new RateLimitedWarning());
    }

    private void trustTheProxy() {
        proxies = List.of(AddressRange.parse("127.0.0.0/8"));
        open();
    }

    private FakeTransport connect() {
        FakeTransport client = new FakeTransport(loop);
        client.open(pipeline.buildProtocol(client.remoteAddress()));
        loop.runPending();
        return client;
    }

    private FakeTransport upstream(int number) {
        loop.runPending();
        FakeTransport upstream = loop.attempts().get(number).succeed();
        loop.runPending();
        return upstream;
    }

    private Admission waiter() {
        return gate.gate().waiters(1).get(0);
    }

    private void assertNobodyIsArriving() {
        assertEquals(0, arrivals.count());
    }

    @Test
    void bytes_after_a_header_reach_the_upstream_however_split() {
        limit = 1000;
        trustTheProxy();
        String sent = HEADER + "hello";
        for (int cut = 0; cut <= sent.length(); cut++) {
            FakeTransport client = connect();
            client.receive(sent.substring(0, cut));
            client.receive(sent.substring(cut));
            FakeTransport upstream = upstream(cut);
            client.receive(" again");
            assertEquals("hello again", upstream.written());
        }
        assertNobodyIsArriving();
    }

    @Test
    void a_waiter_is_known_by_the_address_in_its_header() {
        limit = 0;
        classes = List.of(PriorityRule.parse("192.0.2.0/24=3"));
        trustTheProxy();
        FakeTransport client = connect();
        assertEquals(0, gate.gate().snapshot().arrived());
        client.receive(HEADER + "hello");
        assertEquals("192.0.2.7:56324", IpAddress.format(waiter().source()));
        assertEquals(3, waiter().priorityClass());
        assertFalse(client.isReading());
        gate.gate().limit(1);
        assertEquals("hello", upstream(0).written());
    }

    @Test
    void no_header_is_read_from_an_untrusted_peer() {
        limit = 0;
        proxies = List.of(AddressRange.parse("10.0.0.0/8"));
        open();
        connect().receive(HEADER);
        assertEquals("127.0.0.1:40000", IpAddress.format(waiter().source()));
        gate.gate().limit(1);
        assertEquals(HEADER, upstream(0).written());
    }

    @Test
    void a_header_without_addresses_keeps_the_peers_address() {
        limit = 0;
        trustTheProxy();
        connect().receive("PROXY UNKNOWN\r\nhello");
        assertEquals("127.0.0.1:40000", IpAddress.format(waiter().source()));
    }

    @Test
    void a_malformed_header_causes_a_counted_reset() {
        trustTheProxy();
        FakeTransport client = connect();
        client.receive("hello");
        loop.runPending();
        assertTrue(client.isAborted());
        assertEquals(List.of("malformed 127.0.0.1:40000"), dropped);
        assertEquals(1, arrivals.dropped().get(DropReason.MALFORMED));
        assertNobodyIsArriving();
        assertEquals(0, gate.gate().snapshot().arrived());
    }

    @Test
    void an_incomplete_header_times_out_with_a_reset() {
        trustTheProxy();
        FakeTransport client = connect();
        loop.advance(TIMEOUT.dividedBy(2));
        client.receive("PROXY ");
        loop.advance(TIMEOUT.dividedBy(2).minus(MOMENT));
        assertFalse(client.isAborted());
        loop.advance(MOMENT);
        assertTrue(client.isAborted());
        assertEquals(List.of("late 127.0.0.1:40000"), dropped);
        assertNobodyIsArriving();
    }

    @Test
    void a_complete_header_cancels_its_timeout() {
        trustTheProxy();
        FakeTransport client = connect();
        client.receive(HEADER);
        loop.advance(TIMEOUT.multipliedBy(2));
        assertFalse(client.isAborted());
        assertEquals(List.of(), dropped);
    }

    @Test
    void a_connection_that_leaves_early_is_counted_without_a_slot() {
        trustTheProxy();
        FakeTransport closing = connect();
        closing.endInput();
        FakeTransport resetting = connect();
        resetting.reset(new IOException("reset"));
        loop.runPending();
        assertTrue(closing.isClosed());
        assertEquals(2, arrivals.dropped().get(DropReason.LEFT));
        assertNobodyIsArriving();
        loop.advance(TIMEOUT.multipliedBy(2));
        assertEquals(2, dropped.size());
    }

    @Test
    void the_upstream_first_gets_both_addresses_of_the_client() {
        sendProxy = ProxyVersion.V1;
        trustTheProxy();
        connect().receive(HEADER + "hello");
        assertEquals(HEADER + "hello", upstream(0).written());
    }

    @Test
    void without_a_header_the_upstream_gets_the_gateways_address() {
        sendProxy = ProxyVersion.V1;
        open();
        connect().receive("hello");
        assertEquals(
                "PROXY TCP4 127.0.0.1 127.0.0.1 40000 7000\r\nhello",
                upstream(0).written());
    }

    @Test
    void a_silent_connection_enters_the_gate_with_its_first_byte() {
        admitWhen = AdmitWhen.READY;
        open();
        FakeTransport silent = connect();
        assertEquals(0, gate.gate().snapshot().arrived());
        assertEquals(1, arrivals.count());
        FakeTransport speaking = connect();
        speaking.receive("hello");
        assertEquals("hello", upstream(0).written());
        silent.receive("me too");
        assertEquals(1, gate.gate().snapshot().waiting());
        assertNobodyIsArriving();
        assertFalse(silent.isReading());
    }

    @Test
    void a_connection_that_stays_silent_is_told_and_closed() {
        admitWhen = AdmitWhen.READY;
        open();
        FakeTransport silent = connect();
        loop.advance(READY_TIMEOUT);
        assertEquals("busy", silent.written());
        assertTrue(silent.isClosed());
        assertEquals(List.of("silent 127.0.0.1:40000"), dropped);
        assertNobodyIsArriving();
    }

    @Test
    void too_many_silent_connections_drop_the_oldest() {
        admitWhen = AdmitWhen.READY;
        open();
        FakeTransport eldest = connect();
        FakeTransport second = connect();
        FakeTransport newcomer = connect();
        assertTrue(eldest.isClosed());
        assertEquals("busy", eldest.written());
        assertEquals(1, arrivals.dropped().get(DropReason.CROWDED));
        second.receive("x");
        newcomer.receive("x");
        assertEquals(2, gate.gate().snapshot().arrived());
    }

    @Test
    void a_header_is_not_a_first_byte() {
        admitWhen = AdmitWhen.READY;
        trustTheProxy();
        FakeTransport client = connect();
        client.receive(HEADER);
        assertEquals(0, gate.gate().snapshot().arrived());
        loop.advance(READY_TIMEOUT.minus(MOMENT));
        client.receive("hello");
        assertEquals("hello", upstream(0).written());
    }

    private void readNames() {
        classes = List.of(PriorityRule.parse("sni:db.example.org=1"), PriorityRule.parse("sni:*.example.org=2"));
        limit = 0;
        open();
    }

    @Test
    void a_hello_sets_the_class_and_reaches_the_upstream_whole() {
        readNames();
        arrivals.limit(1000);
        String hello = new String(Hellos.of("db.example.org"), UTF_8);
        assertEquals(hello.length(), Hellos.of("db.example.org").length, "it must be text here");
        for (int cut = 0; cut <= hello.length(); cut++) {
            FakeTransport client = connect();
            client.receive(hello.substring(0, cut));
            client.receive(hello.substring(cut) + "more");
            assertEquals(1, waiter().priorityClass());
            gate.gate().limit(cut + 1);
            assertEquals(hello + "more", upstream(cut).written());
        }
        assertNobodyIsArriving();
    }

    @Test
    void an_unmatched_or_missing_name_has_the_default_class() {
        readNames();
        connect().receive(Hellos.of("www.example.org"));
        assertEquals(2, waiter().priorityClass());
        connect().receive(Hellos.of("example.org"));
        connect().receive("GET / HTTP/1.1\r\n");
        List<Integer> priorities =
                gate.gate().waiters(3).stream().map(Admission::priorityClass).toList();
        assertEquals(List.of(2, 10, 10), priorities);
    }

    @Test
    void an_incomplete_hello_times_out_to_the_default_class() {
        readNames();
        FakeTransport silent = connect();
        FakeTransport stopping = connect();
        String hello = new String(Hellos.of("db.example.org"), UTF_8);
        stopping.receive(hello.substring(0, 20));
        loop.advance(TIMEOUT.minus(MOMENT));
        assertEquals(0, gate.gate().snapshot().arrived());
        loop.advance(MOMENT);
        assertEquals(2, gate.gate().snapshot().waiting());
        assertEquals(10, waiter().priorityClass());
        gate.gate().limit(2);
        FakeTransport first = upstream(0);
        FakeTransport second = upstream(1);
        silent.receive("at last");
        stopping.receive(hello.substring(20));
        assertEquals("at last", first.written());
        assertEquals(hello, second.written());
    }

    @Test
    void an_endless_hello_enters_the_gate_with_all_its_bytes() {
        readNames();
        byte[] endless = new byte[20_000];
        endless[0] = 22;
        endless[1] = 3;
        endless[3] = 0x40; // a record of 16 KiB, and a hello of 16,000 bytes
        endless[5] = 1;
        endless[7] = 0x3e;
        endless[8] = (byte) 0x80;
        connect().receive(endless);
        gate.gate().limit(1);
        assertEquals(20_000, upstream(0).written().length(), "a byte is lost, or doubled");
    }

    @Test
    void with_half_close_keep_a_half_closed_client_is_served() {
        halfClose = HalfClose.KEEP;
        readNames();
        FakeTransport client = connect();
        client.endInput();
        assertEquals(1, gate.gate().snapshot().waiting());
        gate.gate().limit(1);
        FakeTransport upstream = upstream(0);
        assertTrue(upstream.isOutputShutDown());
        upstream.receive("the time is 12:00");
        assertEquals("the time is 12:00", client.written());
    }

    @Test
    void with_half_close_abandon_a_half_closed_client_has_left() {
        readNames();
        FakeTransport client = connect();
        client.endInput();
        assertTrue(client.isClosed());
        assertEquals(1, arrivals.dropped().get(DropReason.LEFT));
    }
}
