package dev.anteroom.simulator;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.Arrays;
import java.util.List;

/**
 * The result of one run: a policy and a limit under a load. Times are in seconds. Waits are those of the served
 * clients, and include the zero waits of clients that found a free slot. Quantiles are exact to a thousandth.
 *
 * @param policy as the user wrote it
 * @param limit as the user wrote it
 * @param clients the clients, each counted once
 * @param arrived the arrivals; more than the clients if clients that were not served try again
 * @param served the arrivals that got a slot
 * @param goodput the served that had waited no longer than their patience, and whose service did not fail
 * @param abandoned the arrivals that left the waiting room
 * @param expired the arrivals that had waited for the longest permitted time
 * @param refused the arrivals that found no place
 * @param shed the arrivals that the policy gave up
 * @param failed the services that the upstream broke off
 * @param goodputShare the goodput as a share of the clients
 * @param goodputPerSecond the goodput per second, from the warm-up to the last arrival; the drain is left out
 * @param waitProbability the share of arrivals that had to wait
 * @param waitMean the mean wait
 * @param waitDeviation the standard deviation of the wait
 * @param waitP50 the wait that half of the served did not exceed
 * @param waitP90 the same for nine of ten
 * @param waitP99 the same for 99 of a hundred
 * @param fairness by source, see {@link Fairness}
 * @param seconds the duration of the run in virtual time
 * @param windows the goodput over time
 * @param waits the waits of the served
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

    /** Returns what distinguishes this outcome from the others: its policy, its limit, or both. */
    String label(List<Outcome> all) {
        boolean limitsDiffer = all.stream().anyMatch(other -> !other.limit.equals(limit));
        boolean policiesDiffer = all.stream().anyMatch(other -> !other.policy.equals(policy));
        return !limitsDiffer ? policy : policiesDiffer ? policy + ", " + limit : limit;
    }

    /** Returns the word for what is compared: limits if they differ, otherwise policies. */
    static String subject(List<Outcome> outcomes, String policies, String limits) {
        return outcomes.stream().map(Outcome::limit).distinct().count() > 1 ? limits : policies;
    }

    /** Returns how many held a slot although they had given up. */
    long inVain() {
        return served - goodput - failed;
    }
}
