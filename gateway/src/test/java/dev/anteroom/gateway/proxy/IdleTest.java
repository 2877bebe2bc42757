package dev.anteroom.gateway.proxy;

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
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.testkit.FakeEventLoop;
import dev.anteroom.testkit.FakeTransport;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tests when a served pair is idle. The test controls the clock. */
class IdleTest {
    private static final Duration MAX_IDLE = Duration.ofSeconds(2);
    private static final Duration MOMENT = Duration.ofMillis(500);
    private static final int MORE_THAN_IS_BUFFERED = 1024 * 1024;

    private final FakeEventLoop loop = new FakeEventLoop();
    private final AtomicLong nanos = new AtomicLong();
    private final FakeTransport client = new FakeTransport(loop);
    private FakeTransport upstream = client;

    @BeforeEach
    void connect() {
        Endpoint nowhere = Endpoint.parse("127.0.0.1:1");
        ListenerSettings settings = ListenerCatalogue.settings(new Values()
                .with(ListenerCatalogue.LISTEN, nowhere)
                .with(ListenerCatalogue.GATE, "default")
                .with(ListenerCatalogue.MAX_IDLE, MAX_IDLE)
                .with(UpstreamCatalogue.UPSTREAM, List.of(new UpstreamSettings(nowhere, null))));
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        NamedGate named = new NamedGate("default", gate, new GateClasses(List.of()), new Arrivals(1), WhenFull.REFUSE);
        Proxy proxy = TestProxy.of(settings, named, loop, nanos::get, (name, builder) -> {});
        client.open(GatedProtocolFactory.handingOverSlots(gate, proxy).buildProtocol(client.remoteAddress()));
        loop.runPending();
        upstream = loop.attempts().get(0).succeed();
        loop.runPending();
    }

    private void advance(Duration time) {
        for (Duration passed = Duration.ZERO; passed.compareTo(time) < 0; passed = passed.plus(MOMENT)) {
            nanos.addAndGet(MOMENT.toNanos());
            loop.advance(MOMENT);
        }
    }

    @Test
    void a_silent_pair_is_closed() {
        advance(MAX_IDLE.plus(MOMENT));
        assertTrue(client.isClosed());
    }

    @Test
    void bytes_in_either_direction_are_activity() {
        for (int i = 0; i < 5; i++) {
            advance(MAX_IDLE.minus(MOMENT));
            upstream.receive("down");
            advance(MAX_IDLE.minus(MOMENT));
            client.receive("up");
        }
        assertFalse(client.isClosed());
    }

    @Test
    void a_slow_reader_is_not_idle() {
        for (int i = 0; i < 5; i++) {
            client.stall();
            upstream.receive(new byte[MORE_THAN_IS_BUFFERED]);
            advance(MAX_IDLE.multipliedBy(5));
            client.drain();
            loop.runPending();
        }
        assertFalse(client.isClosed());
        assertFalse(upstream.isOutputShutDown());
    }

    @Test
    void a_slow_upstream_is_not_idle() {
        upstream.stall();
        client.receive(new byte[MORE_THAN_IS_BUFFERED]);
        advance(MAX_IDLE.multipliedBy(5));
        assertFalse(client.isClosed());
        upstream.drain();
        advance(MAX_IDLE.plus(MOMENT));
        assertTrue(client.isClosed());
    }

    @Test
    void a_reader_that_has_stopped_is_idle_in_the_end() {
        client.stall();
        upstream.receive(new byte[MORE_THAN_IS_BUFFERED]);
        advance(Duration.ofMinutes(2));
        assertTrue(upstream.isOutputShutDown());
    }
}
