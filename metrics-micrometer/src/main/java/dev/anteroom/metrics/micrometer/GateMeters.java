package dev.anteroom.metrics.micrometer;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

/**
 * The meters of one gate in one registry. Thread-safe.
 *
 * <pre>{@code
 * GateMeters meters = new GateMeters(registry, Tags.of("gate", "db"));
 * AdmissionGate gate = AdmissionGate.builder().limit(50).listener(meters).build();
 * meters.bindTo(gate);
 * }</pre>
 *
 * <ul>
 *   <li>Counters: {@code anteroom.arrived}, {@code .admitted}, {@code .refused}, {@code .expired}, {@code .abandoned}
 *       and {@code .shed}.
 *   <li>Gauges: {@code anteroom.limit}, {@code .active}, {@code .waiting} and {@code .paused}.
 *   <li>Timer {@code anteroom.wait}: the waits of admitted connections, including those admitted at once.
 * </ul>
 *
 * <p>In a Prometheus registry, the names are the same as those of the gateway. Each admission records one value of the
 * timer; reading the registry reads all other values from the gate.
 */
public final class GateMeters implements GateListener {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Timer waits;

    /**
     * Creates the meters. The counters and gauges need {@link #bindTo}.
     *
     * @param registry the registry of the meters
     * @param tags the tags that distinguish this gate from others
     */
    public GateMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        this.waits = Timer.builder("anteroom.wait")
                .description("Time that connections waited until they were admitted, including those admitted at once")
                .tags(tags)
                .register(registry);
    }

    /**
     * Registers the counters and gauges of a gate. The registry keeps a strong reference to the gate.
     *
     * @param gate the gate that has these meters as a listener
     */
    public void bindTo(AdmissionGate gate) {
        gauge(gate, "anteroom.limit", "Maximum number of connections served at once", GateSnapshot::limit);
        gauge(gate, "anteroom.active", "Connections that hold a slot", GateSnapshot::active);
        gauge(gate, "anteroom.waiting", "Connections in the waiting room", GateSnapshot::waiting);
        gauge(
                gate,
                "anteroom.paused",
                "1 while the gate is paused and admits no connections",
                figures -> figures.paused() ? 1 : 0);
        counter(gate, "anteroom.arrived", "Connections that arrived at the gate", GateSnapshot::arrived);
        counter(gate, "anteroom.admitted", "Connections that were admitted", GateSnapshot::admitted);
        counter(gate, "anteroom.refused", "Connections that were refused on arrival", GateSnapshot::refused);
        counter(gate, "anteroom.expired", "Connections that waited for the maximum wait", GateSnapshot::expired);
        counter(gate, "anteroom.abandoned", "Connections that left while waiting", GateSnapshot::abandoned);
        counter(gate, "anteroom.shed", "Connections that the policy shed", GateSnapshot::shed);
    }

    @Override
    public void admitted(Admission admission) {
        waits.record(admission.waitNanos(), TimeUnit.NANOSECONDS);
    }

    private void gauge(AdmissionGate gate, String name, String description, ToLongFunction<GateSnapshot> figure) {
        Gauge.builder(name, gate, subject -> figure.applyAsLong(subject.snapshot()))
                .description(description)
                .tags(tags)
                .strongReference(true)
                .register(registry);
    }

    private void counter(AdmissionGate gate, String name, String description, ToLongFunction<GateSnapshot> figure) {
        FunctionCounter.builder(name, gate, subject -> figure.applyAsLong(subject.snapshot()))
                .description(description)
                .tags(tags)
                .register(registry);
    }
}
