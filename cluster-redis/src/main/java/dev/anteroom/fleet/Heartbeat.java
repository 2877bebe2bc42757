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
 * A node at work: looks at its gate every 20 ms, reports and asks, sets the gate's limit, and takes its leave in the end. Thread-safe.
 */
/*
 * The monitor guards what the node knows, and nothing that the user wrote runs under it: to set a gate's limit runs callbacks, to log runs
 * log handlers. So the limit that the gate should have is decided under the monitor and set afterwards, by each thread for itself, and each
 * looks again when it has. Two threads may set it in the wrong order:
 *
 *     T1 is told to raise it to 5; the lease ends, and T2 sets it to 0; T1 sets it to 5
 *
 * Then T1 looks again, and sets it to 0. If a callback keeps T1 from that, the next look at the gate does it. Until then the 5 are counted:
 * a report tells of the most that the gate has, is to have, or is about to be given by any thread, and of the connections that it serves
 * if they are more. All of it is read after the limit was lowered, in one snapshot.
 */
final class Heartbeat {
    /** How often the gate is looked at. */
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** How often a node reports that has nothing to ask for, and how soon a cutter that threw is called again. */
    private static final long REPORT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final AdmissionGate gate;
    private final FleetScript script;
    private final GateClock clock;
    private final String node;
    private final NodeTerms terms;
    private final IntConsumer cutter;
    private final long leaseNanos;
    private final CompletableFuture<Void> farewell = new CompletableFuture<>();

    // All below is guarded by this.
    private final DemandMeter meter;
    private final Lease lease;
    private final Backoff backoff;
    private final List<Integer> beingSet = new ArrayList<>();
    private Lease.State told = Lease.State.JOINING;
    private boolean cut;
    private long nextCutNanos;
    private boolean heard;
    private boolean failing;
    private long heardNanos;
    private boolean closed;
    private long closedNanos;
    private long saidFarewellNanos;
    private boolean awaitsFarewell;

    Heartbeat(
            AdmissionGate gate,
            FleetScript script,
            GateClock clock,
            String node,
            NodeTerms terms,
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

    /** Looks at the gate, now and again later until the node has taken its leave. */
    void tick() {
        try {
            Afterwards after = new Afterwards();
            look(after);
            after.run();
        } finally {
            if (!farewell.isDone()) {
                clock.schedule(TICK_NANOS, this::tick);
            }
        }
    }

    private void look(Afterwards after) {
        long now = clock.nanoTime();
        synchronized (this) {
            if (closed) {
                after.add(this::setLimit);
                after.add(() -> sayFarewellIfDue(now));
                return;
            }
            meter.look();
            if (lease.lapse(now)) {
                cut = false;
                nextCutNanos = lease.endNanos() + TimeUnit.MILLISECONDS.toNanos(terms.cutMillis());
            }
            after.add(this::setLimit);
            if (isDue(now)) {
                after.add(() -> ask(now));
            }
            tellState(after);
            cutOffIfPromised(now, after);
        }
    }

    private boolean isDue(long now) {
        if (!lease.hasAsked()) {
            return true;
        }
        long since = now - lease.askedNanos();
        if (lease.isAwaiting()) {
            return since >= leaseNanos / 5;
        } else if (failing) {
            return since >= backoff.waitNanos();
        }
        return switch (lease.state()) {
            case JOINING, TAKEN, MISMATCHED, LAPSED -> since >= REPORT_NANOS;
            case SUPERSEDED -> since >= REPORT_NANOS && meter.latest().active() == 0;
            case HELD -> since >= reportNanos();
        };
    }

    /** A node that has slots too few or too many makes haste: connections wait, here or elsewhere. */
    private long reportNanos() {
        boolean inHaste = meter.isShort() || mostHeld() < lease.held();
        return Math.max(inHaste ? 0 : REPORT_NANOS, TimeUnit.MILLISECONDS.toNanos(lease.pollMillis()));
    }

    /** The most that the gate serves until the next grant. */
    private int mostHeld() {
        GateSnapshot now = meter.latest();
        int most = Math.max(Math.max(now.limit(), now.active()), lease.gateLimit());
        return beingSet.isEmpty() ? most : Math.max(most, Collections.max(beingSet));
    }

    private void ask(long now) {
        String classes = meter.classes();
        Lease.Question question;
        synchronized (this) {
            if (closed) {
                return;
            }
            meter.look();
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

    @SuppressWarnings("FutureReturnValueIgnored") // the result is told, whatever it is
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
        Afterwards after = new Afterwards();
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

    private void answered(Lease.Question question, Answer answer, long now, Afterwards after) {
        failing = false;
        backoff.succeeded();
        heard = true;
        heardNanos = now;
        boolean again = lease.answered(question, answer, now);
        after.add(this::setLimit);
        if (again) {
            after.add(() -> ask(now));
        }
        tellState(after);
    }

    /** One line for an outage. */
    private void failed(Lease.Question question, Throwable failure, Afterwards after) {
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

    /** Sets the gate's limit to what it should be, which may change meanwhile. */
    private void setLimit() {
        for (Integer wanted = beginToSet(); wanted != null; wanted = beginToSet()) {
            try {
                gate.limit(wanted);
            } finally {
                endToSet(wanted);
            }
        }
    }

    private synchronized @Nullable Integer beginToSet() {
        int wanted = closed ? 0 : lease.gateLimit();
        if (wanted == gate.limit()) {
            return null;
        }
        beingSet.add(wanted);
        return wanted;
    }

    private synchronized void endToSet(Integer limit) {
        beingSet.remove(limit);
    }

    private void cutOffIfPromised(long now, Afterwards after) {
        if (lease.state() != Lease.State.LAPSED || terms.cutMillis() < 0 || cut || now - nextCutNanos < 0) {
            return;
        }
        nextCutNanos = now + REPORT_NANOS; // if the cutter throws
        int excess = meter.latest().active() - lease.gateLimit();
        if (excess > 0) {
            after.log(Level.WARNING, "cutting off " + excess + " connections: the lease ended, and was to be kept");
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

    private void tellState(Afterwards after) {
        Lease.State state = lease.state();
        if (state == told) {
            return;
        }
        told = state;
        switch (state) {
            case HELD -> after.log(Level.INFO, "fleet: node " + node + " holds a lease");
            case LAPSED ->
                after.log(
                        Level.WARNING,
                        "fleet: the Redis is out of reach and the lease of node " + node
                                + " has ended; it admits no more than " + lease.gateLimit());
            case TAKEN ->
                after.log(
                        Level.WARNING,
                        "fleet: a node named " + node + " is there, or was a moment ago; this one waits until that has"
                                + " left, or has not been heard since this one started");
            case SUPERSEDED ->
                after.log(
                        Level.ERROR,
                        "fleet: another node named " + node + " has taken this one's place; names must be unique");
            case MISMATCHED ->
                after.log(
                        Level.ERROR,
                        "fleet: the lease must be as long as that of the fleet's other nodes, was "
                                + terms.leaseMillis() + "ms; this node holds nothing");
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

    /** Ends the work of the node; what is returned is done once Redis has heard of it, or a lease's time has passed. */
    CompletableFuture<Void> close() {
        long now = clock.nanoTime();
        synchronized (this) {
            if (closed) {
                return farewell;
            }
            closed = true;
            closedNanos = now;
            saidFarewellNanos = now - leaseNanos;
        }
        Afterwards after = new Afterwards();
        after.add(this::setLimit);
        after.add(() -> sayFarewellIfDue(now));
        after.run();
        return farewell;
    }

    /** Only a node that serves nobody can take its leave. A Redis that stalls is asked again. */
    private void sayFarewellIfDue(long now) {
        long generation;
        long number;
        synchronized (this) {
            if (now - closedNanos >= leaseNanos) {
                farewell.completeExceptionally(new IllegalStateException("the Redis does not answer"));
            }
            boolean waits = awaitsFarewell && now - saidFarewellNanos < leaseNanos / 5;
            if (farewell.isDone() || !beingSet.isEmpty() || waits || now - saidFarewellNanos < backoff.waitNanos()) {
                return;
            }
            generation = lease.generation();
            number = lease.farewellNumber();
            if (generation == 0 || gate.snapshot().active() > 0) {
                farewell.complete(null);
                return;
            }
            saidFarewellNanos = now;
            awaitsFarewell = true;
        }
        run(() -> script.leave(node, generation, number), (answer, failure) -> saidFarewell(failure));
    }

    private void saidFarewell(@Nullable Throwable failure) {
        if (failure == null) {
            farewell.complete(null);
        } else {
            retryFarewell();
        }
    }

    private synchronized void retryFarewell() {
        backoff.failed();
        awaitsFarewell = false;
    }
}
