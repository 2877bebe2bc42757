package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.AdmissionGate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Times that no clock can count to. */
class EndlessTimesTest {
    @Test
    void a_connection_that_may_take_for_ever_to_hear_its_answer_hears_it() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).maxWaiting(0).build();
        AdmissionHandler admission = new AdmissionHandler(
                gate,
                AdmissionOptions.defaults()
                        .withBusyMessage("busy".getBytes(StandardCharsets.UTF_8))
                        .withPreReadBytes(Integer.MAX_VALUE)
                        .withLinger(Duration.ofSeconds(Long.MAX_VALUE)));
        try (GatedServer server = new GatedServer(NettyIo.NIO, 1, gate)) {
            server.occupy();
            var client =
                    server.connect(server.serve(channel -> channel.pipeline().addFirst(admission)));
            assertEquals("busy", client.readToEnd());
        }
    }

    @Test
    void as_much_as_an_int_can_say_may_be_read_ahead_for_a_waiting_connection() {
        AdmissionGate gate = AdmissionGate.builder().limit(1).build();
        AdmissionHandler admission =
                new AdmissionHandler(gate, AdmissionOptions.defaults().withPreReadBytes(Integer.MAX_VALUE));
        try (GatedServer server = new GatedServer(NettyIo.NIO, 1, gate)) {
            var slot = server.occupy();
            var client = server.park(server.serve(
                    channel -> channel.pipeline().addFirst(admission).addLast(new GatedServer.Echo())));
            client.send("x");
            slot.leave();
            assertEquals("x", client.read(1));
            client.send("y");
            assertEquals("y", client.read(1));
        }
    }
}
