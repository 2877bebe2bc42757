package dev.anteroom.gateway.admin;

import dev.anteroom.fleet.FleetStatus;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;

/** Prometheus metrics for the state of this node in its fleet. */
final class FleetMetrics {
    private FleetMetrics() {}

    static List<MetricSnapshot> of(FleetStatus status) {
        boolean leased = switch (status.state()) {
            case HELD, SETTLING -> true;
            case JOINING, LAPSED, NAME_IN_USE, SUPERSEDED, MISMATCHED -> false;
        };
        return List.of(
                gauge(
                        "anteroom_fleet_limit",
                        "Slots of the whole fleet, as of the last answer from Redis.",
                        status.limit()),
                gauge("anteroom_fleet_nodes", "Nodes of the fleet, as of the last answer from Redis.", status.nodes()),
                gauge(
                        "anteroom_fleet_leased",
                        "1 while the node has a lease; 0 while it serves at most its fallback.",
                        leased ? 1 : 0),
                gauge(
                        "anteroom_fleet_silence_seconds",
                        "Seconds since the last answer from Redis; -1 before the first.",
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
