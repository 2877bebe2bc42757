package dev.anteroom.metrics.jfr;

import dev.anteroom.address.IpAddress;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;

/**
 * Records the events of one gate with JDK Flight Recorder. Thread-safe.
 *
 * <pre>{@code
 * AdmissionGate gate = AdmissionGate.builder().limit(50).listener(new GateEvents("db")).build();
 * }</pre>
 *
 * <p>The events {@code dev.anteroom.Arrival}, {@code .Admission}, {@code .Refusal}, {@code .Abandonment} and {@code
 * .Release} are off by default. A recording turns them on, for example with the settings {@code anteroom.jfc} in this
 * package. While they are off, each costs the test of a flag. Their number grows with the load and has no bound, so
 * turn them on only to investigate a problem.
 */
public final class GateEvents implements GateListener {
    private final String gate;

    /**
     * Creates a listener for one gate.
     *
     * @param gate the name of the gate in the events
     */
    public GateEvents(String gate) {
        this.gate = gate;
    }

    @Override
    public void arrived(Admission admission) {
        GateEvent.Arrival event = new GateEvent.Arrival();
        if (event.isEnabled()) {
            event.decision = admission.decision().name();
            commit(event, admission);
        }
    }

    @Override
    public void admitted(Admission admission) {
        GateEvent.Admitted event = new GateEvent.Admitted();
        if (event.isEnabled()) {
            event.waited = admission.waitNanos();
            commit(event, admission);
        }
    }

    @Override
    public void turnedAway(Admission admission) {
        if (admission.state() == Admission.State.ABANDONED) {
            abandoned(admission);
        } else {
            refused(admission);
        }
    }

    private void abandoned(Admission admission) {
        GateEvent.Abandonment event = new GateEvent.Abandonment();
        if (event.isEnabled()) {
            event.waited = admission.waitNanos();
            commit(event, admission);
        }
    }

    private void refused(Admission admission) {
        GateEvent.Refusal event = new GateEvent.Refusal();
        if (event.isEnabled()) {
            event.reason = admission.state().name();
            event.waited = admission.waitNanos();
            commit(event, admission);
        }
    }

    @Override
    public void released(Admission admission) {
        GateEvent.Release event = new GateEvent.Release();
        if (event.isEnabled()) {
            commit(event, admission);
        }
    }

    private void commit(GateEvent event, Admission admission) {
        event.gate = gate;
        event.source = IpAddress.format(admission.source());
        event.priorityClass = admission.priorityClass();
        event.commit();
    }
}
