package dev.anteroom.gateway.admin;

import dev.anteroom.fleet.FleetStatus;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** How a gateway stands with its fleet, as Prometheus sees it. */
final class FleetMetrics {
    private FleetMetrics() {}

    static List<MetricSnapshot> of(FleetStatus status) {
        boolean reached = switch (status.state()) {
            case HELD, SETTLING -> true;
            case JOINING, LAPSED, TAKEN, SUPERSEDED, MISMATCHED -> false;
        };
        return List.of(
                gauge("anteroom_fleet_limit", "Slots of the whole fleet, as last heard.", status.limit()),
                gauge("anteroom_fleet_nodes", "Nodes of the fleet, as last heard.", status.nodes()),
                gauge(
                        "anteroom_fleet_leased",
                        "Whether a lease is held; 0: no more than the fallback.",
                        reached ? 1 : 0),
                gauge(
                        "anteroom_fleet_silence_seconds",
                        "How long the Redis was not heard; -1 if it never was.",
                        status.silentMillis() < 0 ? -1 : status.silentMillis() / 1000.0));
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }
}
