package dev.anteroom.simulator;

import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.limits.Limits;
import dev.anteroom.scheduler.Policies;
import java.net.SocketAddress;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run: a load comes to gates of one policy, until the last client has gone. Single-threaded; several can run at
 * once.
 */
final class Simulation {
    private final Timeline timeline = new Timeline();
    private final LoadStream stream;
    private final Setup setup;
    private final String policy;
    private final AdmissionGate[] gates;
    private final Tally tally;
    private final SplittableRandom nodes;
    private final SplittableRandom retries;
    private final @Nullable SharedServer server;
    private int present;

    /**
     * Prepares a run.
     *
     * @param setup the load, and all of the gates but their policy
     * @param policy as users write it
     */
    Simulation(Setup setup, String policy) {
        SplittableRandom random = new SplittableRandom(~setup.load().seed());
        this.setup = setup;
        this.policy = policy;
        stream = new LoadStream(setup.load());
        tally = new Tally(setup.load());
        nodes = random.split();
        retries = random.split();
        gates = new AdmissionGate[setup.nodes()];
        Arrays.setAll(gates, i -> gate());
        server = setup.upstream().isIdeal() ? null : new SharedServer(timeline, setup.upstream());
    }

    private AdmissionGate gate() {
        return AdmissionGate.builder()
                .limit(Limits.parse(setup.limit()))
                .policy(Policies.parse(policy))
                .maxWaiting(setup.maxWaiting())
                .maxWait(setup.maxWait())
                .sourceKey(Simulation::source)
                .priorityClass(address -> ((LoadStream.Origin) address).priorityClass())
                .clock(timeline)
                .build();
    }

    private static Object source(SocketAddress address) {
        return ((LoadStream.Origin) address).source();
    }

    /** Runs the simulation; may be called once. */
    Outcome run() {
        while (stream.next()) {
            timeline.runUntil(stream.arrivalNanos());
            Client client = new Client(this, stream, setup.retries());
            tally.clientArrived(client.number(), client.source(), timeline.nanoTime());
            present++;
            client.arrive();
        }
        while (present > 0) {
            timeline.happenNext();
        }
        requireCountersAddUp();
        return Outcome.of(policy, setup.limit(), tally);
    }

    /** Compares the gates' counters with those of the clients. */
    private void requireCountersAddUp() {
        long counted = 0;
        for (AdmissionGate gate : gates) {
            GateSnapshot last = gate.snapshot();
            counted += last.admitted() + last.refused() + last.expired() + last.abandoned() + last.shed();
        }
        long told = tally.served + tally.refused + tally.expired + tally.abandoned + tally.shed;
        if (counted != tally.arrived || told != tally.arrived) {
            throw new IllegalStateException("policy " + policy + ": of " + tally.arrived
                    + " arrivals the gates counted " + counted + " ends, and the clients " + told);
        }
    }

    /** Starts a service, which ends with a call of {@link Client#endService}. */
    void serve(Client client, long serviceNanos) {
        if (server == null) {
            timeline.add(serviceNanos, client);
        } else {
            server.serve(client, serviceNanos);
        }
    }

    /** Notes that a client will not arrive again. */
    void clientLeft() {
        present--;
    }

    Timeline timeline() {
        return timeline;
    }

    Tally tally() {
        return tally;
    }

    /** Returns a gate at random, which a client then enters. */
    AdmissionGate anyGate() {
        return gates[gates.length == 1 ? 0 : nodes.nextInt(gates.length)];
    }

    boolean noticesDepartures() {
        return setup.departures() == Departures.NOTICED;
    }

    long drawRetryNanos() {
        return setup.retryAfter().draw(retries);
    }
}
