package dev.anteroom.simulator;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client. It arrives, waits no longer than its patience, is served and leaves; or it is not served, and may try
 * again. The client itself is the event of its next step, because it has only one at a time.
 */
final class Client extends Timeline.Event implements AdmissionCallback {
    private final Simulation simulation;
    private final int number;
    private final LoadStream.Origin origin;
    private final long serviceNanos;
    private final long patienceNanos;
    private int retriesLeft;
    private @Nullable Admission admission;
    private boolean isGood;
    private boolean fails;

    Client(Simulation simulation, LoadStream stream, int retries) {
        this.simulation = simulation;
        number = stream.client();
        origin = stream.drawOrigin();
        serviceNanos = stream.drawServiceNanos();
        patienceNanos = stream.drawPatienceNanos();
        retriesLeft = retries;
    }

    int number() {
        return number;
    }

    int source() {
        return origin.source();
    }

    /** Arrives at a gate. */
    void arrive() {
        Admission entered = simulation.anyGate().enter(origin, Runnable::run, this);
        admission = entered;
        simulation.tally().arrived++;
        switch (entered.decision()) {
            case ADMITTED -> beServed(0);
            case WAITING -> await(entered);
            case REFUSED -> turnedAway(entered);
        }
    }

    private void await(Admission entered) {
        simulation.tally().waited++;
        boolean leaves = simulation.noticesDepartures() && patienceNanos != Distribution.NEVER;
        if (leaves && entered.state() == Admission.State.WAITING) {
            simulation.timeline().add(patienceNanos, this);
        }
    }

    @Override
    public void admitted(Admission own) {
        beServed(own.waitNanos());
    }

    private void beServed(long waitNanos) {
        simulation.timeline().remove(this);
        simulation.tally().served(waitNanos);
        isGood = waitNanos <= patienceNanos;
        simulation.serve(this, serviceNanos);
    }

    /** Makes the service fail after a delay. */
    void breakOff(long afterNanos) {
        fails = true;
        simulation.timeline().add(afterNanos, this);
    }

    /** Ends the service and gives the slot back. */
    void endService() {
        Admission held = Objects.requireNonNull(admission);
        simulation.tally().completed(number, source(), simulation.timeline().nanoTime(), isGood, fails);
        if (fails) {
            held.markFailed();
        }
        held.leave();
        simulation.clientLeft();
    }

    @Override
    public void turnedAway(Admission own) {
        simulation.timeline().remove(this);
        simulation.tally().unserved(own.state());
        if (retriesLeft > 0) {
            retriesLeft--;
            simulation.timeline().add(simulation.drawRetryNanos(), this);
        } else {
            simulation.clientLeft();
        }
    }

    private void abandon(Admission own) {
        own.leave();
        turnedAway(own);
    }

    /** Ends the patience, the service, or the time before the next try. */
    @Override
    void happen() {
        simulation.tally().lastNanos = simulation.timeline().nanoTime();
        if (admission == null) {
            arrive();
            return;
        }
        switch (admission.state()) {
            case ADMITTED -> endService();
            case WAITING -> abandon(admission);
            case RELEASED, REFUSED, EXPIRED, ABANDONED, SHED -> arrive();
        }
    }
}
