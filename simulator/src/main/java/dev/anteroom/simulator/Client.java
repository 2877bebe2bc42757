package dev.anteroom.simulator;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionCallback;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One client. It comes, waits no longer than its patience, is served, and goes; or it is not served, and comes again
 * if that is what clients do. What it will do next is the one event that it is.
 */
final class Client extends Event implements AdmissionCallback {
    private final Simulation simulation;
    private final int number;
    private final Origin origin;
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

    /** Comes to a gate. */
    void come() {
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

    /** The upstream is going to break the service off. */
    void breakOff(long afterNanos) {
        fails = true;
        simulation.timeline().add(afterNanos, this);
    }

    /** Gives the slot back. */
    void endService() {
        Admission held = Objects.requireNonNull(admission);
        simulation.tally().completed(number, source(), simulation.timeline().nanoTime(), isGood, fails);
        if (fails) {
            held.markFailed();
        }
        held.leave();
        simulation.leaves();
    }

    @Override
    public void turnedAway(Admission own) {
        simulation.timeline().remove(this);
        simulation.tally().unserved(own.state());
        if (retriesLeft > 0) {
            retriesLeft--;
            simulation.timeline().add(simulation.drawRetryNanos(), this);
        } else {
            simulation.leaves();
        }
    }

    private void abandon(Admission own) {
        own.leave();
        turnedAway(own);
    }

    /** Its patience is over, or its service, or the time until it comes again. */
    @Override
    void happen() {
        simulation.tally().lastNanos = simulation.timeline().nanoTime();
        if (admission == null) {
            come();
            return;
        }
        switch (admission.state()) {
            case ADMITTED -> endService();
            case WAITING -> abandon(admission);
            case RELEASED, REFUSED, EXPIRED, ABANDONED, SHED -> come();
        }
    }
}
