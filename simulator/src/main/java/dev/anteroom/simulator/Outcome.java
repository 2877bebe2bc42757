package dev.anteroom.simulator;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.List;

/**
 * What a policy made of a load. Times are in seconds. Waits are those of the clients that were served, the wait of
 * zero of those that found a free slot included; quantiles are right to a thousandth.
 *
 * @param policy as the user wrote it
 * @param limit as the user wrote it
 * @param clients who came, each counted once
 * @param arrived how often one came; more than the clients if those not served come again
 * @param served who got a slot
 * @param goodput those of them that were still there, having waited no longer than their patience, and whose service
 *     did not fail
 * @param abandoned who left the waiting room
 * @param expired who had waited as long as one may
 * @param refused who found no place
 * @param shed whom the policy gave up on
 * @param failed whose service the upstream broke off
 * @param goodputShare of all clients
 * @param goodputPerSecond of those whose service ended between the warm-up and the last arrival, which leaves out the
 *     drain
 * @param waitProbability the share of arrivals that had to wait
 * @param waitMean of the served
 * @param waitDeviation the standard deviation
 * @param waitP50 half of the served waited no longer
 * @param waitP90 nine of ten
 * @param waitP99 99 of a hundred
 * @param fairness by source, see {@link Fairness}
 * @param seconds how long it all took
 * @param windows how it went
 * @param waits of the served
 */
record Outcome(
        String policy,
        String limit,
        long clients,
        long arrived,
        long served,
        long goodput,
        long abandoned,
        long expired,
        long refused,
        long shed,
        long failed,
        double goodputShare,
        double goodputPerSecond,
        double waitProbability,
        double waitMean,
        double waitDeviation,
        double waitP50,
        double waitP90,
        double waitP99,
        double fairness,
        double seconds,
        @JsonIgnore List<Tally.Window> windows,
        @JsonIgnore WaitHistogram waits) {

    static Outcome of(String policy, String limit, Tally tally) {
        long clients = Arrays.stream(tally.wantedBySource).sum();
        double seconds = tally.lastNanos / 1e9;
        double mean = tally.waitSum / Math.max(1, tally.served);
        double variance = tally.waitSquares / Math.max(1, tally.served) - mean * mean;
        return new Outcome(
                policy,
                limit,
                clients,
                tally.arrived,
                tally.served,
                tally.good,
                tally.abandoned,
                tally.expired,
                tally.refused,
                tally.shed,
                tally.failed,
                (double) tally.good / clients,
                tally.goodputPerSecond(),
                (double) tally.waited / tally.arrived,
                mean,
                Math.sqrt(Math.max(0, variance)),
                tally.waits.quantile(0.5) / 1e9,
                tally.waits.quantile(0.9) / 1e9,
                tally.waits.quantile(0.99) / 1e9,
                Fairness.of(tally.goodBySource, tally.wantedBySource),
                seconds,
                List.of(tally.windows),
                tally.waits);
    }

    /** What tells it from the other outcomes: its policy, its limit, or both. */
    String label(List<Outcome> all) {
        boolean limitsDiffer = all.stream().anyMatch(other -> !other.limit.equals(limit));
        boolean policiesDiffer = all.stream().anyMatch(other -> !other.policy.equals(policy));
        return !limitsDiffer ? policy : policiesDiffer ? policy + ", " + limit : limit;
    }

    /** Those that held a slot after they had given up. */
    long inVain() {
        return served - goodput - failed;
    }
}
