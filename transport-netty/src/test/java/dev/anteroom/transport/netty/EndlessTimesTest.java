package dev.anteroom.transport.netty;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.AdmissionGate;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Durations and sizes beyond the range of the clock or of an int. */
class EndlessTimesTest {
    @Test
    void an_answer_is_delivered_with_an_endless_time_to_linger() {
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
    void the_largest_int_is_a_valid_number_of_pre_read_bytes() {
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
