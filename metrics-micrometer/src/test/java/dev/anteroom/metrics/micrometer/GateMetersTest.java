package dev.anteroom.metrics.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.testkit.ManualClock;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class GateMetersTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void meters_show_the_figures_of_their_gate() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        GateMeters meters = new GateMeters(registry, Tags.of("gate", "db"));
        AdmissionGate gate = gate(meters);
        enter(gate);
        Admission abandoned = enter(gate);
        enter(gate);
        enter(gate);
        abandoned.leave();

        assertEquals(1, registry.get("anteroom.limit").gauge().value());
        assertEquals(1, registry.get("anteroom.active").gauge().value());
        assertEquals(1, registry.get("anteroom.waiting").gauge().value());
        assertEquals(4, registry.get("anteroom.arrived").functionCounter().count());
        assertEquals(1, registry.get("anteroom.admitted").functionCounter().count());
        assertEquals(1, registry.get("anteroom.refused").functionCounter().count());
        assertEquals(1, registry.get("anteroom.abandoned").functionCounter().count());
        assertEquals(0, registry.get("anteroom.expired").functionCounter().count());
        clock.advance(Duration.ofSeconds(30));
        assertEquals(1, registry.get("anteroom.expired").functionCounter().count());
        assertEquals(0, registry.get("anteroom.paused").gauge().value());
        gate.pause();
        assertEquals(1, registry.get("anteroom.paused").gauge().value());
    }

    @Test
    void the_timer_records_the_wait_of_each_admission() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AdmissionGate gate = gate(new GateMeters(registry, Tags.empty()));
        Admission first = enter(gate);
        enter(gate);
        clock.advance(Duration.ofSeconds(3));
        first.leave();
        Timer waits = registry.get("anteroom.wait").timer();
        assertEquals(2, waits.count());
        assertEquals(3, waits.max(TimeUnit.SECONDS));
    }

    @Test
    void tags_distinguish_the_gates_of_one_registry() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        gate(new GateMeters(registry, Tags.of("gate", "web")));
        enter(gate(new GateMeters(registry, Tags.of("gate", "db"))));
        assertEquals(
                0, registry.get("anteroom.active").tag("gate", "web").gauge().value());
        assertEquals(
                1, registry.get("anteroom.active").tag("gate", "db").gauge().value());
    }

    @Test
    void prometheus_names_are_the_same_as_those_of_the_gateway() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        enter(gate(new GateMeters(registry, Tags.of("gate", "db"))));
        List<String> lines = registry.scrape().lines().toList();
        for (String line : List.of(
                "anteroom_limit{gate=\"db\"} 1.0",
                "anteroom_active{gate=\"db\"} 1.0",
                "anteroom_arrived_total{gate=\"db\"} 1.0",
                "anteroom_wait_seconds_count{gate=\"db\"} 1")) {
            assertTrue(lines.contains(line), () -> line + " is not in " + lines);
        }
    }

    private AdmissionGate gate(GateMeters meters) {
        AdmissionGate gate = AdmissionGate.builder()
                .limit(1)
                .maxWaiting(2)
                .clock(clock)
                .listener(meters)
                .build();
        meters.bindTo(gate);
        return gate;
    }

    private static Admission enter(AdmissionGate gate) {
        return gate.enter(new InetSocketAddress("127.0.0.1", 1), Runnable::run, new AdmissionCallback() {
            @Override
            public void admitted(Admission admission) {}

            @Override
            public void turnedAway(Admission admission) {}
        });
    }
}
