package dev.anteroom.simulator;

import java.util.ArrayList;
import java.util.List;

/**
 * Runs a load on a {@link Stage}, with the same clients as a {@link Simulation} and an outcome in the same terms.
 */
final class StagedRun {
    private final Setup setup;
    private final Stage stage;

    StagedRun(Setup setup, Stage stage) {
        this.setup = setup;
        this.stage = stage;
    }

    /** Runs one policy and limit after the other, because they share a machine. */
    List<Outcome> run(List<String> limits, List<String> policies) throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        for (String limit : limits) {
            for (String policy : policies) {
                outcomes.add(run(limit, policy));
            }
        }
        return outcomes;
    }

    private Outcome run(String limit, String policy) throws Exception {
        List<Stage.Visit> visits = visits();
        Stage.Rules rules =
                new Stage.Rules(limit, setup.maxWaiting(), setup.maxWait(), setup.departures() == Departures.NOTICED);
        return Outcome.of(policy, limit, tally(visits, stage.perform(policy, rules, visits)));
    }

    private List<Stage.Visit> visits() {
        LoadStream stream = new LoadStream(setup.load());
        List<Stage.Visit> visits = new ArrayList<>();
        while (stream.next()) {
            visits.add(new Stage.Visit(stream.arrivalNanos(), stream.drawServiceNanos(), stream.drawPatienceNanos()));
        }
        return visits;
    }

    private Tally tally(List<Stage.Visit> visits, Stage.Performance performance) {
        Tally tally = new Tally(setup.load());
        for (int client = 0; client < visits.size(); client++) {
            tally.clientArrived(client, 0, visits.get(client).arrivalNanos());
        }
        for (int client = 0; client < visits.size(); client++) {
            long wait = performance.waitNanos()[client];
            if (wait >= 0) {
                tally.served(wait);
                Stage.Visit visit = visits.get(client);
                long end = visit.arrivalNanos() + wait + visit.serviceNanos();
                tally.completed(client, 0, end, wait <= visit.patienceNanos(), false);
            }
        }
        tally.arrived = visits.size();
        tally.waited = performance.waited();
        tally.abandoned = performance.abandoned();
        tally.expired = performance.expired();
        tally.refused = performance.refused();
        tally.shed = performance.shed();
        tally.lastNanos = performance.lastNanos();
        return tally;
    }
}
