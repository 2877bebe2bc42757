package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.AdmissionGate;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tests of the handler that need no network. */
class AdmissionHandlerTest {
    private final AdmissionGate gate = AdmissionGate.builder().limit(1).build();
    private final AdmissionHandler admission = new AdmissionHandler(gate);
    private final Recorder recorder = new Recorder();

    @Test
    void one_instance_serves_many_channels() {
        EmbeddedChannel first = new EmbeddedChannel(admission, new Recorder());
        EmbeddedChannel second = new EmbeddedChannel(admission, recorder);
        assertEquals(1, gate.snapshot().waiting());
        first.close();
        first.runPendingTasks();
        second.runPendingTasks();
        assertEquals("registered", recorder.heard().get(0));
        second.finishAndReleaseAll();
    }

    @Test
    void behind_a_decoder_it_closes_a_waiting_connection_rather_than_lose_a_message() {
        EmbeddedChannel served = new EmbeddedChannel(admission);
        EmbeddedChannel channel = new EmbeddedChannel(admission, recorder);
        channel.writeInbound("a message");
        assertFalse(channel.isOpen());
        assertEquals(List.of(), recorder.heard());
        served.finishAndReleaseAll();
    }

    @Test
    void taken_out_while_a_connection_waits_it_closes_it() {
        EmbeddedChannel served = new EmbeddedChannel(admission);
        EmbeddedChannel channel = new EmbeddedChannel(admission, recorder);
        channel.pipeline().removeFirst();
        assertFalse(channel.isOpen());
        assertEquals(0, gate.snapshot().waiting());
        served.finishAndReleaseAll();
    }

    @Test
    void a_gate_that_fails_admits_no_connection() {
        AdmissionGate failing = AdmissionGate.builder()
                .limit(1)
                .priorityClass(source -> {
                    throw new IllegalStateException("no class");
                })
                .build();
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.pipeline().addLast(new AdmissionHandler(failing), recorder);
        assertFalse(channel.isOpen());
        assertThrows(RuntimeException.class, channel::checkException);
    }

    @Test
    void buffers_of_a_connection_that_leaves_are_released() {
        EmbeddedChannel served = new EmbeddedChannel(admission);
        EmbeddedChannel channel = new EmbeddedChannel(admission, recorder);
        var data = Unpooled.buffer().writeByte('x');
        channel.writeInbound(data);
        assertEquals(0, data.refCnt());
        channel.close();
        assertEquals(1, gate.snapshot().abandoned());
        served.finishAndReleaseAll();
    }

    @Test
    void an_answer_must_serve_many_channels() {
        var handler = new ChannelInboundHandlerAdapter();
        var thrown = assertThrows(
                IllegalArgumentException.class,
                () -> AdmissionOptions.defaults().withAnswer(handler));
        assertEquals(
                "answer must be @Sharable, as a ChannelInitializer is, was "
                        + handler.getClass().getName(),
                thrown.getMessage());
    }

    @Test
    void a_child_handler_must_serve_many_channels() {
        var handler = new ChannelInboundHandlerAdapter();
        var thrown = assertThrows(IllegalArgumentException.class, () -> new AdmissionInitializer(gate, handler));
        assertTrue(thrown.getMessage().startsWith("childHandler must be @Sharable"));
    }

    @Test
    void invalid_options_are_refused_with_their_value() {
        var options = AdmissionOptions.defaults();
        assertEquals(
                "preReadBytes must be at least 1, was 0",
                assertThrows(IllegalArgumentException.class, () -> options.withPreReadBytes(0))
                        .getMessage());
        assertEquals(
                "linger must not be negative, was PT-1S",
                assertThrows(IllegalArgumentException.class, () -> options.withLinger(Duration.ofSeconds(-1)))
                        .getMessage());
    }
}
