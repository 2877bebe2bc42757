package dev.anteroom.fleet;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateClock;
import dev.anteroom.gate.GateSnapshot;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The periodic work of a node: inspects the gate every 20 ms, reports to the Redis, sets the gate's limit, and leaves
 * the fleet at the end. Thread-safe.
 */
/*
 * The monitor guards the node's state, and no user code runs under it: setting a gate's limit runs callbacks, and
 * logging runs log handlers. Therefore a thread decides under the monitor which limit the gate should have, sets it
 * after leaving the monitor, and then looks again. Two threads may set the limit in the wrong order:
 *
 *     T1 is to raise it to 5; the lease ends, and T2 sets it to 0; T1 sets it to 5
 *
 * T1 then looks again and sets it to 0. If a callback keeps T1 from doing so, the next tick does it. Until then the 5
 * are counted: a report contains the highest limit that the gate has, is to have, or is about to get from any thread,
 * or the number of connections that it serves if that is higher. All of these are read after the limit was lowered, in
 * one snapshot.
 */
final class Heartbeat {
    /** The time between two inspections of the gate. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** The time between two reports of a node that needs nothing, and before a cutter that threw is called again. */
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final AdmissionGate gate;
    private final FleetScript script;
    private final GateClock clock;
    private final String node;
    private final Lease.Terms terms;
    private final IntConsumer cutter;
    private final long leaseNanos;
    private final CompletableFuture<Void> left = new CompletableFuture<>();

    // The fields below are guarded by this.
    private final DemandMeter meter;
    private final Lease lease;
    private final Backoff backoff;
    private final List<Integer> limitsBeingSet = new ArrayList<>();
    private Lease.State loggedState = Lease.State.JOINING;
    private boolean cut;
    private long nextCutNanos;
    private boolean heard;
    private boolean failing;
    private long heardNanos;
    private boolean closed;
    private long closedNanos;
    private long leaveSentNanos;
    private boolean awaitsLeave;

    Heartbeat(
            AdmissionGate gate,
            FleetScript script,
            GateClock clock,
            String node,
            Lease.Terms terms,
            IntConsumer cutter,
            boolean byClass) {
        this.gate = gate;
        this.script = script;
        this.clock = clock;
        this.node = node;
        this.terms = terms;
        this.cutter = cutter;
        leaseNanos = TimeUnit.MILLISECONDS.toNanos(terms.leaseMillis());
        meter = new DemandMeter(gate, byClass);
        lease = new Lease(terms, clock.nanoTime());
        backoff = new Backoff(node.hashCode(), leaseNanos / 5);
    }

    /** Inspects the gate, and schedules the next inspection until the node has left the fleet. */
    void tick() {
        try {
            DeferredSteps after = new DeferredSteps();
            inspect(after);
            after.run();
        } finally {
            if (!left.isDone()) {
                clock.schedule(TICK_NANOS, this::tick);
            }
        }
    }

    private void inspect(DeferredSteps after) {
        long now = clock.nanoTime();
        synchronized (this) {
            if (closed) {
                after.add(this::setLimit);
                after.add(() -> leaveIfDue(now));
                return;
            }
            meter.sample();
            if (lease.lapse(now)) {
                cut = false;
                nextCutNanos = lease.endNanos() + TimeUnit.MILLISECONDS.toNanos(terms.cutMillis());
            }
            after.add(this::setLimit);
            if (isDue(now)) {
                after.add(() -> ask(now));
            }
            logStateChange(after);
            cutOffIfDue(now, after);
        }
    }

    private boolean isDue(long now) {
        if (!lease.hasAsked()) {
            return true;
        }
        long since = now - lease.askedNanos();
        if (lease.isAwaitingAnswer()) {
            return since >= leaseNanos / 5;
        } else if (failing) {
            return since >= backoff.waitNanos();
        }
        return switch (lease.state()) {
            case JOINING, NAME_IN_USE, MISMATCHED, LAPSED -> since >= REPORT_NANOS;
            case SUPERSEDED -> since >= REPORT_NANOS && meter.latest().active() == 0;
            case HELD -> since >= reportNanos();
        };
    }

    /** A node with too few slots, or with slots to give back, reports sooner: connections wait here or elsewhere. */
    private long reportNanos() {
        boolean isInNeed = meter.isShort() || mostHeld() < lease.held();
        return Math.max(isInNeed ? 0 : REPORT_NANOS, TimeUnit.MILLISECONDS.toNanos(lease.pollMillis()));
    }

    /** Returns the most connections that the gate can serve until the next grant. */
    private int mostHeld() {
        GateSnapshot now = meter.latest();
        int most = Math.max(Math.max(now.limit(), now.active()), lease.gateLimit());
        return limitsBeingSet.isEmpty() ? most : Math.max(most, Collections.max(limitsBeingSet));
    }

    private void ask(long now) {
        String classes = meter.classes();
        Lease.Question question;
        synchronized (this) {
            if (closed) {
                return;
            }
            meter.sample();
            question = lease.ask(mostHeld(), meter.take(classes), now);
        }
        run(() -> script.beat(node, question, terms), (answer, failure) -> answered(question, answer, failure));
    }

    private interface Call {
        CompletionStage<List<String>> run();
    }

    private interface Result {
        void of(@Nullable List<String> answer, @Nullable Throwable failure);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the callback receives the result or the failure
    private static void run(Call call, Result result) {
        CompletionStage<List<String>> answer;
        try {
            answer = call.run();
        } catch (Throwable e) {
            answer = CompletableFuture.failedFuture(e);
        }
        answer.whenComplete(result::of);
    }

    private void answered(Lease.Question question, @Nullable List<String> answer, @Nullable Throwable failure) {
        long now = clock.nanoTime();
        DeferredSteps after = new DeferredSteps();
        synchronized (this) {
            if (closed) {
                return;
            }
            try {
                if (answer == null) {
                    throw new CompletionException(failure);
                }
                answered(question, Answer.parse(answer), now, after);
            } catch (CompletionException | IllegalArgumentException e) {
                failed(question, e, after);
            }
        }
        after.run();
    }

    private void answered(Lease.Question question, Answer answer, long now, DeferredSteps after) {
        failing = false;
        backoff.succeeded();
        heard = true;
        heardNanos = now;
        boolean again = lease.answered(question, answer, now);
        after.add(this::setLimit);
        if (again) {
            after.add(() -> ask(now));
        }
        logStateChange(after);
    }

    /** Logs one line per outage. */
    private void failed(Lease.Question question, Throwable failure, DeferredSteps after) {
        lease.failed(question);
        backoff.failed();
        if (!failing) {
            failing = true;
            after.log(Level.WARNING, "fleet: the Redis does not answer node " + node + ": " + cause(failure));
        }
    }

    private static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** Sets the gate's limit until it is what it should be; that may change meanwhile. */
    private void setLimit() {
        for (Integer wanted = beginSetting(); wanted != null; wanted = beginSetting()) {
            try {
                gate.limit(wanted);
            } finally {
                endSetting(wanted);
            }
        }
    }

    private synchronized @Nullable Integer beginSetting() {
        int wanted = closed ? 0 : lease.gateLimit();
        if (wanted == gate.limit()) {
            return null;
        }
        limitsBeingSet.add(wanted);
        return wanted;
    }

    private synchronized void endSetting(Integer limit) {
        limitsBeingSet.remove(limit);
    }

    private void cutOffIfDue(long now, DeferredSteps after) {
        if (lease.state() != Lease.State.LAPSED || terms.cutMillis() < 0 || cut || now - nextCutNanos < 0) {
            return;
        }
        nextCutNanos = now + REPORT_NANOS; // used if the cutter throws
        int excess = meter.latest().active() - lease.gateLimit();
        if (excess > 0) {
            after.log(
                    Level.WARNING,
                    "fleet: node " + node + " cuts off " + excess + " connections, because its lease has ended");
        }
        after.add(() -> cutOff(excess));
    }

    private void cutOff(int excess) {
        if (excess > 0) {
            cutter.accept(excess);
        }
        synchronized (this) {
            cut = true;
        }
    }

    private void logStateChange(DeferredSteps after) {
        Lease.State state = lease.state();
        if (state == loggedState) {
            return;
        }
        loggedState = state;
        switch (state) {
            case HELD -> after.log(Level.INFO, "fleet: node " + node + " holds a lease");
            case LAPSED ->
                after.log(
                        Level.WARNING,
                        "fleet: the Redis is out of reach and the lease of node " + node
                                + " has ended; its limit is now " + lease.gateLimit());
            case NAME_IN_USE ->
                after.log(
                        Level.WARNING,
                        "fleet: another node named " + node + " is alive, or was a moment ago; this one waits until"
                                + " the other has left, or has been silent since this one started");
            case SUPERSEDED ->
                after.log(
                        Level.ERROR,
                        "fleet: another node named " + node + " has replaced this one; names must be unique");
            case MISMATCHED ->
                after.log(
                        Level.ERROR,
                        "fleet: node " + node + " has a lease of " + terms.leaseMillis()
                                + "ms, which differs from that of the fleet's other nodes; it holds nothing");
            case JOINING -> {}
        }
    }

    synchronized FleetStatus status() {
        FleetStatus.State state = lease.state() == Lease.State.HELD && lease.isSettling()
                ? FleetStatus.State.SETTLING
                : FleetStatus.State.valueOf(lease.state().name());
        long silent = heard ? TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - heardNanos) : -1;
        return new FleetStatus(state, gate.limit(), lease.limit(), lease.nodes(), silent);
    }

    /**
     * Closes the node. The future completes when Redis has confirmed that it left, or fails after the length of a
     * lease.
     */
    CompletableFuture<Void> close() {
        long now = clock.nanoTime();
        synchronized (this) {
            if (closed) {
                return left;
            }
            closed = true;
            closedNanos = now;
            leaveSentNanos = now - leaseNanos;
        }
        DeferredSteps after = new DeferredSteps();
        after.add(this::setLimit);
        after.add(() -> leaveIfDue(now));
        after.run();
        return left;
    }

    /** Tells Redis that the node leaves, unless it still serves connections. Asks a Redis that stalls again. */
    private void leaveIfDue(long now) {
        long generation;
        long number;
        synchronized (this) {
            if (now - closedNanos >= leaseNanos) {
                left.completeExceptionally(new IllegalStateException("the Redis does not answer"));
            }
            boolean waits = awaitsLeave && now - leaveSentNanos < leaseNanos / 5;
            if (left.isDone() || !limitsBeingSet.isEmpty() || waits || now - leaveSentNanos < backoff.waitNanos()) {
                return;
            }
            generation = lease.generation();
            number = lease.leaveNumber();
            if (generation == 0 || gate.snapshot().active() > 0) {
                left.complete(null);
                return;
            }
            leaveSentNanos = now;
            awaitsLeave = true;
        }
        run(() -> script.leave(node, generation, number), (answer, failure) -> leaveAnswered(failure));
    }

    private void leaveAnswered(@Nullable Throwable failure) {
        if (failure == null) {
            left.complete(null);
        } else {
            leaveFailed();
        }
    }

    private synchronized void leaveFailed() {
        backoff.failed();
        awaitsLeave = false;
    }
}
