package dev.anteroom.metrics.jfr;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.ManualClock;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateEventsTest {
    private final ManualClock clock = new ManualClock();

    @TempDir
    Path folder;

    @Test
    void a_recording_with_the_settings_contains_every_event() throws Exception {
        List<RecordedEvent> events = record(new Recording(settings()), this::produceEveryEvent);
        assertEquals(
                Map.of("Arrival", 5L, "Admission", 2L, "Refusal", 2L, "Abandonment", 1L, "Release", 1L),
                events.stream()
                        .collect(groupingBy(
                                event -> event.getEventType().getName().replace("dev.anteroom.", ""), counting())));
        RecordedEvent admission = events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.anteroom.Admission"))
                .filter(event -> event.getLong("waited") > 0)
                .findFirst()
                .orElseThrow();
        assertEquals("db", admission.getString("gate"));
        assertEquals(Duration.ofSeconds(2), admission.getDuration("waited"));
        assertEquals(3, admission.getInt("priorityClass"));
        assertEquals("127.0.0.1:1", admission.getString("source"));
        assertEquals(
                List.of("EXPIRED", "REFUSED"),
                events.stream()
                        .filter(event -> event.hasField("reason"))
                        .map(event -> event.getString("reason"))
                        .sorted()
                        .toList());
    }

    @Test
    void a_recording_without_the_settings_contains_no_events() throws Exception {
        assertEquals(List.of(), record(new Recording(), this::produceEveryEvent));
    }

    private void produceEveryEvent() {
        AdmissionGate gate = AdmissionGate.builder()
                .limit(1)
                .maxWaiting(3)
                .priorityClass(source -> 3)
                .clock(clock)
                .listener(new GateEvents("db"))
                .build();
        Admission served = enter(gate);
        enter(gate);
        Admission abandoned = enter(gate);
        enter(gate);
        enter(gate);
        abandoned.leave();
        clock.advance(Duration.ofSeconds(2));
        served.leave();
        clock.advance(Duration.ofSeconds(28));
    }

    private static Admission enter(AdmissionGate gate) {
        return gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }

    private List<RecordedEvent> record(Recording recording, Runnable action) throws IOException {
        Path file = folder.resolve("gate.jfr");
        try (recording) {
            recording.start();
            action.run();
            recording.stop();
            recording.dump(file);
        }
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.anteroom."))
                .toList();
    }

    private static Configuration settings() throws Exception {
        try (Reader file =
                new InputStreamReader(GateEvents.class.getResourceAsStream("anteroom.jfc"), StandardCharsets.UTF_8)) {
            return Configuration.create(file);
        }
    }
}
