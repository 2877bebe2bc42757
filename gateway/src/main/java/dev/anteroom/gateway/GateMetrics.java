package dev.anteroom.gateway;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A gate as Prometheus sees it. Thread-safe. */
final class GateMetrics implements GateListener {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final Histogram waits = Histogram.builder()
            .name("anteroom_wait_seconds")
            .help("How long the admitted had waited, those admitted at the door included.")
            .classicOnly()
            .classicUpperBounds(0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .build();

    @Override
    public void admitted(Admission admission) {
        waits.observe(admission.waitNanos() / NANOS_PER_SECOND);
    }

    String contentType() {
        return writer.getContentType();
    }

    /** Everything, in Prometheus' text format; the figures of the gate are of one moment. */
    String text(GateSnapshot gate) {
        MetricSnapshots metrics = MetricSnapshots.of(
                gauge("anteroom_limit", "Slots.", gate.limit()),
                gauge("anteroom_active", "Connections that hold a slot.", gate.active()),
                gauge("anteroom_waiting", "Connections in the waiting room.", gate.waiting()),
                counter("anteroom_arrived", "Connections that ever came.", gate.arrived()),
                counter("anteroom_admitted", "Connections that got a slot.", gate.admitted()),
                counter("anteroom_refused", "Connections turned away at the door.", gate.refused()),
                counter("anteroom_expired", "Connections that waited as long as one may.", gate.expired()),
                counter("anteroom_abandoned", "Connections that left while waiting.", gate.abandoned()),
                counter("anteroom_shed", "Connections that the policy gave up on.", gate.shed()),
                waits.collect());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static MetricSnapshot gauge(String name, String help, long value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                        GaugeDataPointSnapshot.builder().value((double) value).build())
                .build();
    }

    private static MetricSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(
                        CounterDataPointSnapshot.builder().value((double) value).build())
                .build();
    }
}
