package dev.anteroom.metrics.jfr;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;

/**
 * Writes what happens at one gate into JDK Flight Recorder. Thread-safe.
 *
 * <pre>{@code
 * AdmissionGate gate = AdmissionGate.builder().limit(50).listener(new GateEvents("db")).build();
 * }</pre>
 *
 * <p>The events, {@code dev.anteroom.Arrival}, {@code .Admission}, {@code .Refusal}, {@code .Abandonment} and {@code .Release}, are off
 * unless a recording asks for them, as {@code anteroom.jfc} beside this class does; while they are off each costs a test of a flag. How
 * often there is one depends on the load alone, so ask for them when there is something to find.
 */
public final class GateEvents implements GateListener {
    private final String gate;

    /**
     * Events of a gate.
     *
     * @param gate what to call it in them
     */
    public GateEvents(String gate) {
        this.gate = gate;
    }

    @Override
    public void arrived(Admission admission) {
        ArrivalEvent event = new ArrivalEvent();
        if (event.isEnabled()) {
            event.decision = admission.decision().name();
            commit(event, admission);
        }
    }

    @Override
    public void admitted(Admission admission) {
        AdmissionEvent event = new AdmissionEvent();
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
        AbandonmentEvent event = new AbandonmentEvent();
        if (event.isEnabled()) {
            event.waited = admission.waitNanos();
            commit(event, admission);
        }
    }

    private void refused(Admission admission) {
        RefusalEvent event = new RefusalEvent();
        if (event.isEnabled()) {
            event.reason = admission.state().name();
            event.waited = admission.waitNanos();
            commit(event, admission);
        }
    }

    @Override
    public void released(Admission admission) {
        ReleaseEvent event = new ReleaseEvent();
        if (event.isEnabled()) {
            commit(event, admission);
        }
    }

    private void commit(GateEvent event, Admission admission) {
        event.gate = gate;
        event.source = String.valueOf(admission.source());
        event.priorityClass = admission.priorityClass();
        event.commit();
    }
}
