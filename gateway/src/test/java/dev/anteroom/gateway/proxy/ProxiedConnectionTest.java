package dev.anteroom.gateway.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gateway.catalogue.ListenerCatalogue;
import dev.anteroom.gateway.catalogue.UpstreamCatalogue;
import dev.anteroom.gateway.catalogue.Values;
import dev.anteroom.gateway.config.Endpoint;
import dev.anteroom.gateway.config.ListenerSettings;
import dev.anteroom.gateway.config.UpstreamSettings;
import dev.anteroom.gateway.config.WhenFull;
import dev.anteroom.protocol.AdmittedProtocolFactory;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.testkit.FakeEventLoop;
import dev.anteroom.testkit.FakeTransport;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests the longest silence of a client whose upstream has half-closed. The test controls the clock. */
class ProxiedConnectionTest {
    private static final Duration MOMENT = Duration.ofMillis(1);
    private static final Duration SILENCE = Duration.ofSeconds(2);
    private static final int MORE_THAN_IS_BUFFERED = 1024 * 1024;

    private final FakeEventLoop loop = new FakeEventLoop();
    private final FakeTransport client = new FakeTransport(loop);
    private FakeTransport upstream = client;

    @BeforeEach
    void connect() {
        Endpoint nowhere = Endpoint.parse("127.0.0.1:1");
        Values values = new Values()
                .with(ListenerCatalogue.LISTEN, nowhere)
                .with(ListenerCatalogue.GATE, "default")
                .with(UpstreamCatalogue.UPSTREAM, List.of(new UpstreamSettings(nowhere, null)));
        ListenerSettings settings = ListenerCatalogue.settings(values);
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        NamedGate named = new NamedGate("default", gate, new GateClasses(List.of()), new Arrivals(1), WhenFull.REFUSE);
        AdmittedProtocolFactory proxy = TestProxy.of(settings, named, loop, (name, builder) -> {});
        client.open(GatedProtocolFactory.handingOverSlots(gate, proxy).buildProtocol(client.remoteAddress()));
        loop.runPending();
        upstream = loop.attempts().get(0).succeed();
        loop.runPending();
    }

    @Test
    void a_silent_client_is_closed_after_its_upstream_half_closes() {
        upstream.endInput();
        loop.advance(SILENCE.multipliedBy(2));
        assertTrue(client.isClosed());
        assertTrue(upstream.isOutputShutDown());
    }

    @Test
    void a_client_that_goes_on_sending_is_not_closed() {
        upstream.endInput();
        for (int i = 0; i < 10; i++) {
            loop.advance(SILENCE.minus(MOMENT));
            client.receive("x");
        }
        assertEquals("x".repeat(10), upstream.written());
        assertFalse(client.isClosed());
    }

    @Test
    void a_client_is_not_silent_while_it_is_not_read() {
        upstream.endInput();
        upstream.stall();
        client.receive(new byte[MORE_THAN_IS_BUFFERED]);
        assertFalse(client.isReading());
        loop.advance(SILENCE.multipliedBy(3).minus(MOMENT));
        upstream.drain();
        loop.advance(SILENCE.minus(MOMENT));
        client.receive("the rest");
        assertFalse(client.isClosed());
        assertTrue(upstream.written().endsWith("the rest"));
    }

    @Test
    void silence_counts_from_the_moment_reading_resumes() {
        upstream.endInput();
        upstream.stall();
        client.receive(new byte[MORE_THAN_IS_BUFFERED]);
        loop.advance(SILENCE.multipliedBy(3));
        upstream.drain();
        loop.advance(SILENCE.multipliedBy(2));
        assertTrue(client.isClosed());
    }
}
