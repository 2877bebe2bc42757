package dev.anteroom.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.protocol.GatedProtocolFactory;
import dev.anteroom.protocol.HalfClose;
import dev.anteroom.protocol.Protocol;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A gated connection, step by step, with a scripted peer. {@link TransportSuite} tests it over real sockets. */
class GatedProtocolTest {
    private final ManualClock clock = new ManualClock();
    private final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(1)
            .maxWait(Duration.ofSeconds(1))
            .clock(clock)
            .build();
    private final FakeEventLoop loop = new FakeEventLoop();
    private final List<RecordingProtocol> built = new ArrayList<>();
    private final GatedProtocolFactory factory =
            new GatedProtocolFactory(gate, remote -> build()).busyMessage("busy".getBytes(StandardCharsets.US_ASCII));

    private Protocol build() {
        built.add(new RecordingProtocol());
        return built.get(built.size() - 1);
    }

    private FakeTransport connect(GatedProtocolFactory gated) {
        FakeTransport peer = new FakeTransport(loop);
        peer.open(gated.buildProtocol(peer.remoteAddress()));
        return peer;
    }

    @Test
    void a_connection_admitted_at_once_is_read_at_once() {
        FakeTransport peer = connect(factory);
        peer.receive("hello");
        assertEquals("hello", built.get(0).text());
        assertSame(peer, built.get(0).transport());
    }

    @Test
    void a_waiter_has_no_protocol_until_admitted_and_loses_no_byte() {
        FakeTransport served = connect(factory);
        FakeTransport waiting = connect(factory);
        waiting.receive("hello");
        assertFalse(waiting.isReading());
        assertEquals(1, built.size());

        served.reset(new IOException("gone"));
        assertTrue(waiting.isReading());
        assertEquals("hello", built.get(1).text());
    }

    @Test
    void a_refused_connection_gets_an_answer_and_is_closed() {
        connect(factory);
        connect(factory);
        FakeTransport refused = connect(factory);
        assertEquals("busy", refused.written());
        assertTrue(refused.isClosed());
        assertEquals(1, built.size());
    }

    @Test
    void an_expired_connection_gets_an_answer_and_is_closed() {
        connect(factory);
        FakeTransport waiting = connect(factory);
        clock.advance(Duration.ofSeconds(1));
        loop.runPending();
        assertEquals("busy", waiting.written());
        assertTrue(waiting.isClosed());
        assertEquals(1, gate.snapshot().expired());
    }

    @Test
    void a_reset_while_waiting_gives_up_the_place() {
        connect(factory);
        connect(factory).reset(new IOException("gone"));
        assertEquals(0, gate.snapshot().waiting());
        assertEquals(1, gate.snapshot().abandoned());
    }

    @Test
    void the_end_of_input_while_waiting_abandons_the_place() {
        connect(factory);
        FakeTransport waiting = connect(factory);
        waiting.endInput();
        assertEquals(1, gate.snapshot().abandoned());
        assertTrue(waiting.isClosed());
    }

    @Test
    void a_half_closed_waiter_keeps_its_place_if_allowed() {
        GatedProtocolFactory keeping = factory.halfClose(HalfClose.KEEP);
        FakeTransport served = connect(keeping);
        FakeTransport waiting = connect(keeping);
        waiting.receive("hello");
        waiting.endInput();
        assertEquals(1, gate.snapshot().waiting());
        assertFalse(waiting.isClosed());

        served.reset(new IOException("gone"));
        assertEquals("hello", built.get(1).text());
        assertEquals(1, built.get(1).count(RecordingProtocol.Callback.INPUT_CLOSED));
    }

    @Test
    void the_protocol_handles_the_end_of_input_once_served() {
        FakeTransport peer = connect(factory);
        peer.endInput();
        assertFalse(peer.isClosed());
        assertEquals(1, gate.snapshot().active());
        assertEquals(1, built.get(0).count(RecordingProtocol.Callback.INPUT_CLOSED));
    }

    @Test
    void a_slot_is_released_when_its_connection_is_lost() {
        FakeTransport peer = connect(factory);
        assertEquals(1, gate.snapshot().active());
        peer.reset(new IOException("gone"));
        assertEquals(0, gate.snapshot().active());
        assertEquals("gone", String.valueOf(built.get(0).reason()).replaceAll(".*: ", ""));
    }

    @Test
    void a_slot_that_was_handed_over_outlives_its_connection() {
        List<Admission> slots = new ArrayList<>();
        GatedProtocolFactory handing = GatedProtocolFactory.handingOverSlots(gate, (remote, admission) -> {
            slots.add(admission);
            return build();
        });
        connect(handing).reset(new IOException("gone"));
        assertEquals(1, gate.snapshot().active());
        slots.get(0).leave();
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void a_slot_that_could_not_be_handed_over_is_released() {
        GatedProtocolFactory failing = GatedProtocolFactory.handingOverSlots(gate, (remote, admission) -> {
            throw new IllegalStateException("no protocol today");
        });
        connect(failing);
        loop.runPending();
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void a_failing_factory_after_the_wait_releases_the_slot() {
        FakeTransport served = connect(factory);
        GatedProtocolFactory failing = new GatedProtocolFactory(gate, remote -> {
            throw new IllegalStateException("no protocol today");
        });
        FakeTransport waiting = connect(failing);
        try {
            served.reset(new IOException("gone"));
        } catch (IllegalStateException e) {
            // The loop handles the exception.
        }
        loop.runPending();
        assertTrue(waiting.isAborted());
        assertEquals(0, gate.snapshot().active());
    }

    @Test
    void the_busy_message_is_the_factorys_own_copy() {
        byte[] message = {'b', 'u', 's', 'y'};
        GatedProtocolFactory copying = factory.busyMessage(message);
        message[0] = 'l';
        connect(copying);
        connect(copying);
        assertEquals("busy", connect(copying).written());
        assertEquals("busy", connect(copying).written());
    }
}
