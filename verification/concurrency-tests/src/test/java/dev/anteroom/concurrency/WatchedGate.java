package dev.anteroom.concurrency;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.Admission.State;
import dev.anteroom.gate.AdmissionCallback;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.scheduler.PriorityPolicy;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;

/**
 * A gate with three waiters, and everything that each connection is told. Work that is done in portions is not one step
 * for other threads, so its results need not equal those of a sequential order. Lincheck runs random scenarios on real
 * threads, again and again, and checks the gate's promises after each run.
 */
public abstract class WatchedGate {
    static final Duration MAX_WAIT = Duration.ofSeconds(1);

    final OperatorClock clock = new OperatorClock();
    final AdmissionGate gate = AdmissionGate.builder()
            .limit(1)
            .maxWaiting(4)
            .maxWait(MAX_WAIT)
            .priorityClass(source -> ((InetSocketAddress) source).getPort() % 2)
            .policy(new PriorityPolicy())
            .listener(listener())
            .clock(clock)
            .build();
    private final List<Visit> visits = Collections.synchronizedList(new ArrayList<>());
    private final List<Throwable> faults = Collections.synchronizedList(new ArrayList<>());
    final Visit served = enter();
    final Visit oldest = enter();
    final Visit middle = enter();
    final Visit newest = enter();
    volatile boolean closed;

    /** Runs scenarios of a subclass; fails if one breaks a promise. */
    static void stress(Class<? extends WatchedGate> scenarios, int iterations, int invocations) {
        new StressOptions()
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(2)
                .actorsAfter(1)
                .iterations(iterations)
                .invocationsPerIteration(invocations)
                .verifier(EpsilonVerifier.class)
                .check(scenarios);
    }

    /** The listener of the gate; does nothing unless overridden. */
    GateListener listener() {
        return new GateListener() {};
    }

    /** What a connection does when it gets a slot; nothing unless overridden. */
    void admitted(Admission admission) {}

    /** What a connection does when it is turned away; nothing unless overridden. */
    void turnedAway(Admission admission) {}

    final Visit enter() {
        Visit visit = new Visit(visits.size());
        visits.add(visit);
        return visit;
    }

    /** Runs user code that calls the gate, which must not throw. */
    final void call(Runnable userCode) {
        try {
            userCode.run();
        } catch (Throwable e) {
            faults.add(e);
        }
    }

    @Operation
    public boolean servedLeaves() {
        return served.admission.leave();
    }

    @Operation
    public boolean oldestLeaves() {
        return oldest.admission.leave();
    }

    @Operation
    public boolean middleLeaves() {
        return middle.admission.leave();
    }

    @Operation
    public boolean newestLeaves() {
        return newest.admission.leave();
    }

    @Operation
    public void anotherEnters() {
        enter();
    }

    @Operation
    public void raise() {
        gate.limit(3);
    }

    @Operation
    public void lower() {
        gate.limit(1);
    }

    @Operation
    public void close() {
        closed = true;
        gate.close();
    }

    /** The promises of the gate, at a moment at which no call is under way. */
    @Validate
    public void promisesHold() {
        GateSnapshot now = gate.snapshot();
        require(faults.isEmpty(), "user code that calls the gate gets " + faults);
        require(now.arrived() == visits.size(), visits.size() + " arrived, not " + now);
        require(now.waiting() == count(State.WAITING), "waiting: " + now);
        require(now.active() == count(State.ADMITTED), "active: " + now);
        require(now.refused() == count(State.REFUSED), "refused: " + now);
        require(now.expired() == count(State.EXPIRED), "expired: " + now);
        require(now.abandoned() == count(State.ABANDONED), "abandoned: " + now);
        require(now.shed() == count(State.SHED), "shed: " + now);
        require(now.paused() || now.waiting() == 0 || now.active() >= now.limit(), "a slot is free: " + now);
        visits.forEach(Visit::wasToldOnce);
    }

    private long count(State state) {
        return visits.stream().filter(visit -> visit.state() == state).count();
    }

    static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }

    /** A connection, and how often it was told the end of its wait. */
    final class Visit implements AdmissionCallback {
        private final AtomicInteger timesAdmitted = new AtomicInteger();
        private final AtomicInteger timesTurnedAway = new AtomicInteger();
        final Admission admission;

        Visit(int port) {
            admission = gate.enter(new InetSocketAddress("127.0.0.1", port), Runnable::run, this);
        }

        State state() {
            return admission.state();
        }

        @Override
        public void admitted(Admission mine) {
            timesAdmitted.incrementAndGet();
            WatchedGate.this.admitted(mine);
        }

        @Override
        public void turnedAway(Admission mine) {
            timesTurnedAway.incrementAndGet();
            WatchedGate.this.turnedAway(mine);
        }

        void wasToldOnce() {
            boolean waited = admission.decision() == Admission.Decision.WAITING;
            int mostAdmitted = waited && (state() == State.ADMITTED || state() == State.RELEASED) ? 1 : 0;
            boolean isTurnedAway =
                    waited && (state() == State.REFUSED || state() == State.EXPIRED || state() == State.SHED);
            require(
                    timesAdmitted.get() <= mostAdmitted,
                    state() + ", and told " + timesAdmitted + " times that it has a slot");
            require(state() != State.ADMITTED || timesAdmitted.get() == mostAdmitted, "has a slot, and was not told");
            require(
                    timesTurnedAway.get() == (isTurnedAway ? 1 : 0),
                    state() + ", and told " + timesTurnedAway + " times that it was turned away");
        }
    }
}
