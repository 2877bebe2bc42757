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
 * One gate's meters in one registry. Thread-safe.
 *
 * <pre>{@code
 * GateMeters meters = new GateMeters(registry, Tags.of("gate", "db"));
 * AdmissionGate gate = AdmissionGate.builder().limit(50).listener(meters).build();
 * meters.bindTo(gate);
 * }</pre>
 *
 * <p>Counters {@code anteroom.arrived}, {@code .admitted}, {@code .refused}, {@code .expired}, {@code .abandoned} and {@code .shed};
 * gauges {@code anteroom.limit}, {@code .active}, {@code .waiting} and {@code .paused}; and the timer {@code anteroom.wait}, of
 * how long the admitted had waited, those admitted at the door included. In a Prometheus registry the names are those of the gateway. An admission costs
 * the recording of the timer; the rest is read from the gate when the registry is.
 */
public final class GateMeters implements GateListener {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Timer waits;

    /**
     * Meters that hear of no gate yet.
     *
     * @param registry where they are registered
     * @param tags what tells this gate from others
     */
    public GateMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        this.waits = Timer.builder("anteroom.wait")
                .description("How long the admitted had waited, those admitted at the door included")
                .tags(tags)
                .register(registry);
    }

    /**
     * Registers the counters and gauges of a gate, which they hold for as long as the registry does.
     *
     * @param gate the one that these meters listen to
     */
    public void bindTo(AdmissionGate gate) {
        gauge(gate, "anteroom.limit", "Slots", GateSnapshot::limit);
        gauge(gate, "anteroom.active", "Connections that hold a slot", GateSnapshot::active);
        gauge(gate, "anteroom.waiting", "Connections in the waiting room", GateSnapshot::waiting);
        gauge(gate, "anteroom.paused", "1 while nobody is admitted", figures -> figures.paused() ? 1 : 0);
        counter(gate, "anteroom.arrived", "Connections that ever came", GateSnapshot::arrived);
        counter(gate, "anteroom.admitted", "Connections that got a slot", GateSnapshot::admitted);
        counter(gate, "anteroom.refused", "Connections turned away at the door", GateSnapshot::refused);
        counter(gate, "anteroom.expired", "Connections that waited as long as one may", GateSnapshot::expired);
        counter(gate, "anteroom.abandoned", "Connections that left while waiting", GateSnapshot::abandoned);
        counter(gate, "anteroom.shed", "Connections that the policy gave up on", GateSnapshot::shed);
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
