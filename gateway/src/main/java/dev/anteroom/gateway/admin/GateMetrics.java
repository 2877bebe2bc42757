package dev.anteroom.gateway.admin;

import dev.anteroom.fleet.FleetStatus;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.proxy.Arrivals;
import dev.anteroom.gateway.proxy.NamedGate;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Prometheus metrics of the gates. Thread-safe. */
public final class GateMetrics {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final PrometheusTextFormatWriter writer =
            PrometheusTextFormatWriter.builder().build();
    private final boolean labelled;
    private final Histogram waits;
    private final Histogram services;
    private volatile @Nullable Supplier<FleetStatus> fleet;

    /**
     * Creates metrics without any measurements.
     *
     * @param labelled whether each metric carries the name of its gate as a label; if false, there must be only one
     *     gate
     */
    public GateMetrics(boolean labelled) {
        this.labelled = labelled;
        this.waits = histogram(
                "anteroom_wait_seconds",
                "Seconds that connections waited until they were admitted, including those admitted at once.");
        this.services = histogram(
                "anteroom_service_seconds", "Seconds that connections held their slot until they released it.");
    }

    private Histogram histogram(String name, String help) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labelled ? new String[] {"gate"} : new String[0])
                .classicOnly()
                .classicUpperBounds(0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
                .build();
    }

    /**
     * Returns a listener that measures one gate.
     *
     * @param gate the name of the gate
     * @return the listener to register with the gate
     */
    public GateListener of(String gate) {
        DistributionDataPoint waited = labelled ? waits.labelValues(gate) : waits;
        DistributionDataPoint served = labelled ? services.labelValues(gate) : services;
        return new GateListener() {
            @Override
            public void admitted(Admission admission) {
                waited.observe(admission.waitNanos() / NANOS_PER_SECOND);
            }

            @Override
            public void released(Admission admission) {
                served.observe(admission.serviceNanos() / NANOS_PER_SECOND);
            }
        };
    }

    /**
     * Forgets a gate, whose name a later gate may have.
     *
     * @param gate the name of the gate
     */
    public void forget(String gate) {
        if (labelled) {
            waits.remove(gate);
            services.remove(gate);
        }
    }

    /**
     * Adds the metrics of the fleet.
     *
     * @param status returns the last known status, without blocking
     */
    public void fleet(Supplier<FleetStatus> status) {
        fleet = status;
    }

    String contentType() {
        return writer.getContentType();
    }

    /** Returns all metrics in the Prometheus text format. The counts of each gate come from one snapshot. */
    String text(List<NamedGate> gates) {
        Map<Labels, GateSnapshot> now = new LinkedHashMap<>();
        gates.forEach(named -> now.put(
                labelled ? Labels.of("gate", named.name()) : Labels.EMPTY,
                named.gate().snapshot()));
        Map<Labels, Arrivals> arrivals = new LinkedHashMap<>();
        gates.forEach(
                named -> arrivals.put(labelled ? Labels.of("gate", named.name()) : Labels.EMPTY, named.arrivals()));
        MetricSnapshots.Builder metrics = MetricSnapshots.builder();
        List.of(
                        gauge(
                                "anteroom_limit",
                                "Maximum number of connections served at once.",
                                now,
                                GateSnapshot::limit),
                        gauge("anteroom_active", "Connections that hold a slot.", now, GateSnapshot::active),
                        gauge("anteroom_waiting", "Connections in the waiting room.", now, GateSnapshot::waiting),
                        gauge(
                                "anteroom_paused",
                                "1 while the gate is paused and admits no connections.",
                                now,
                                gate -> gate.paused() ? 1 : 0),
                        counter(
                                "anteroom_arrived",
                                "Connections that arrived at the gate.",
                                now,
                                GateSnapshot::arrived),
                        counter("anteroom_admitted", "Connections that were admitted.", now, GateSnapshot::admitted),
                        counter(
                                "anteroom_refused",
                                "Connections that were refused on arrival.",
                                now,
                                GateSnapshot::refused),
                        counter(
                                "anteroom_expired",
                                "Connections that waited for the maximum wait.",
                                now,
                                GateSnapshot::expired),
                        counter(
                                "anteroom_abandoned",
                                "Connections that left while waiting.",
                                now,
                                GateSnapshot::abandoned),
                        counter("anteroom_shed", "Connections that the policy shed.", now, GateSnapshot::shed),
                        gauge(
                                "anteroom_arriving",
                                "Connections that were accepted and have not reached the gate yet.",
                                arrivals,
                                Arrivals::count),
                        dropped(arrivals),
                        waits.collect(),
                        services.collect())
                .forEach(metrics::metricSnapshot);
        Supplier<FleetStatus> node = fleet;
        if (node != null) {
            FleetMetrics.of(node.get()).forEach(metrics::metricSnapshot);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, metrics.build());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static MetricSnapshot dropped(Map<Labels, Arrivals> arrivals) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder()
                .name("anteroom_dropped")
                .help("Connections that ended before they reached the gate.");
        arrivals.forEach((labels, each) -> each.dropped()
                .forEach((reason, count) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels.merge(Labels.of("reason", reason.label())))
                        .value((double) count)
                        .build())));
        return counter.build();
    }

    private static <T> MetricSnapshot gauge(
            String name, String help, Map<Labels, T> gates, ToLongFunction<? super T> figure) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        gates.forEach((labels, gate) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value((double) figure.applyAsLong(gate))
                .build()));
        return gauge.build();
    }

    private static MetricSnapshot counter(
            String name, String help, Map<Labels, GateSnapshot> gates, ToLongFunction<GateSnapshot> figure) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        gates.forEach((labels, gate) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) figure.applyAsLong(gate))
                .build()));
        return counter.build();
    }
}
