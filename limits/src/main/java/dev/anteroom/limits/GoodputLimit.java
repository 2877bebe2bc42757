package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds the limit with the most goodput. It maintains a {@link CrowdingCurve}, the service time as a function of
 * concurrency. Goodput is concurrency divided by service time, and the limit moves to where the curve has the most.
 *
 * <p>It works in rounds. Each round has a limit of its own and lasts until every slot has been used a few times:
 *
 * <ul>
 *   <li><b>Start.</b> The limit doubles with each round while the goodput grows by a fifth at least.
 *   <li><b>Search.</b> Rounds above the best known limit, below it and at it follow each other in random order. The
 *       step doubles when the best limit has moved up by a whole step; otherwise it becomes smaller.
 *   <li><b>Cruise.</b> Once the step is small, six rounds of eight are at the best limit, one is a step above it and
 *       one a step below it. Now and then those two are further away.
 * </ul>
 *
 * <p>When all services slow down or recover at once, the limit stays, and a search finds out whether it is still the
 * best. When more than half of the services of a round fail, the limit is halved and the start is repeated from there.
 *
 * <p>Sources: the start by doubling and the cycle of rounds above, below and at the best estimate are those of BBR
 * (Cardwell and others, "BBR: Congestion-Based Congestion Control", ACM Queue 14(5), 2016). Random times of probing
 * are from Envoy's adaptive concurrency filter (its gradient controller). The idea of weighing throughput against
 * latency is that of Uber's Cinnamon ("Cinnamon: Using Century Old Tech to Build a Mean Load Shedder", Uber
 * Engineering, 2023). The curve is our own. Not thread-safe.
 */
final class GoodputLimit implements Limit {
    private static final long LEAST_ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int LEAST_SERVICES = 10;
    private static final int LEAST_START_SERVICES = 4;

    /** How often a round uses each slot, during a search and during a cruise. */
    private static final int SEARCH_TURNS = 2;

    private static final int CRUISE_TURNS = 5;

    /**
     * Steps, as a share of the limit. A step of 1 means that the limit is starting; one of at most {@link #SMALL_STEP}
     * that it is cruising.
     */
    private static final double START = 1;

    private static final double MOST_STEP = 0.3;
    private static final double SEARCH_STEP = 0.2;
    private static final double SMALL_STEP = 0.1;
    private static final double STEP_DECAY = 0.7;
    private static final int CRUISE_ROUNDS = 6;

    /** One of this many rounds above goes further up, in case the upstream can now take much more. */
    private static final int FAR = 3;

    private static final int FAR_SLOTS = 2;

    /** One of this many rounds below goes further down. */
    private static final int DEEP = 2;

    private static final double DEEPEST = 0.6;

    /**
     * A round of the start must reach this multiple of the most goodput so far: {@link #GROWTH} if it has many
     * services, {@link #SLUMP} if it has few. The start ends with the first round of many services that does not, or
     * the second of few.
     */
    private static final double GROWTH = 1.2;

    private static final double SLUMP = 0.8;

    private static final int MANY_SERVICES = 50;
    private static final int STRIKES = 2;

    /** After this many rounds, the services of a round that have ended stand for all of them. */
    private static final int MOST_COHORTS = 12;

    private final Range range;
    private final SplittableRandom random = new SplittableRandom(1);
    private final CrowdingCurve curve = new CrowdingCurve();

    /** The services of this round, and of earlier rounds whose services have not all ended; oldest first. */
    private final ArrayDeque<Cohort> cohorts = new ArrayDeque<>(List.of(new Cohort(0, 1)));

    private double best;
    private double step;
    private int limit;

    /** How many rounds of each kind the cycle still has. */
    private int above;

    private int below;
    private int cruising;

    /** The highest limit tried in the cycle. */
    private double tried;

    private double mostGoodput;
    private int strikes;

    private long roundBeginNanos;
    private long outageNanos = Long.MIN_VALUE;
    private int good;
    private int failed;

    GoodputLimit(int initial, int min, int max) {
        range = new Range(min, max);
        best = initial;
        limit = initial;
        step = initial > min ? SEARCH_STEP : START;
    }

    @Override
    public int getLimit() {
        return limit;
    }

    @Override
    public void notifyOnChange(Consumer<Integer> consumer) {
        throw new UnsupportedOperationException("ask for the limit instead");
    }

    /**
     * Takes a service that has ended into account.
     *
     * @param startNanos the time at which it began
     * @param rttNanos its duration
     * @param inflight the number of services in progress when it began, itself included
     * @param didDrop whether it failed
     */
    @Override
    public void onSample(long startNanos, long rttNanos, int inflight, boolean didDrop) {
        if (didDrop) {
            failed++;
            curve.failed(inflight);
        } else if (startNanos >= outageNanos) {
            good++;
            served(startNanos, inflight, rttNanos);
        }
        long now = startNanos + rttNanos;
        if (good + failed >= servicesOfRound() && now - roundBeginNanos >= LEAST_ROUND_NANOS) {
            endRound(now);
        }
    }

    private int servicesOfRound() {
        int least = step >= START ? LEAST_START_SERVICES : Math.max(LEAST_SERVICES, curve.servicesNeeded());
        boolean near = step <= SMALL_STEP && Math.abs(limit - best) <= SMALL_STEP * best;
        return Math.max(least, (near ? CRUISE_TURNS : SEARCH_TURNS) * limit);
    }

    private void served(long startNanos, int atOnce, long nanos) {
        Iterator<Cohort> newestFirst = cohorts.descendingIterator();
        while (newestFirst.hasNext()) {
            Cohort cohort = newestFirst.next();
            if (startNanos >= cohort.beginNanos()) {
                cohort.add(atOnce, nanos, curve);
                return;
            }
        }
        curve.served(atOnce, nanos);
    }

    private void endRound(long now) {
        if (failed > good) {
            backOff(now);
        } else if (step >= START) {
            start(good * 1e9 / (double) (now - roundBeginNanos));
        } else {
            learn();
        }
        best = range.clamp(best);
        step = Math.max(step, Math.max(curve.leastStep(), 1 / best));
        beginRound(range.clamp(Math.rint(next())), now);
    }

    /** Begins a round. As many services have begun in the previous round as ended in it, plus the slots it added. */
    private void beginRound(int newLimit, long now) {
        cohorts.getLast().close(good + failed + limit - cohorts.getLast().limitBefore());
        cohorts.add(new Cohort(now, limit));
        flushCohorts();
        limit = newLimit;
        roundBeginNanos = now;
        good = 0;
        failed = 0;
    }

    private void flushCohorts() {
        boolean tooMany = cohorts.size() > MOST_COHORTS;
        for (Cohort cohort : cohorts) {
            if (cohort.isComplete() || (tooMany && cohort == cohorts.getFirst())) {
                cohort.flushTo(curve);
            }
        }
        if (tooMany) {
            cohorts.removeFirst();
        }
    }

    private void backOff(long now) {
        outageNanos = now;
        curve.forgetFailures();
        best /= 2;
        restart(START);
    }

    private void restart(double newStep) {
        step = newStep;
        above = below = cruising = 0;
        mostGoodput = 0;
        strikes = 0;
    }

    private void start(double goodput) {
        double expected = good >= MANY_SERVICES ? GROWTH : SLUMP;
        if (goodput > expected * mostGoodput || good < LEAST_SERVICES) {
            mostGoodput = good < LEAST_SERVICES ? 0 : Math.max(goodput, mostGoodput);
            best = limit;
            strikes = 0;
        } else {
            strikes += good >= MANY_SERVICES ? STRIKES : 1;
        }
        if (strikes >= STRIKES || limit == range.max()) {
            restart(SEARCH_STEP);
        }
    }

    private void learn() {
        double found = curve.best(best);
        if (curve.hasShifted()) {
            restart(Math.max(step, SEARCH_STEP));
        }
        double moved = Math.max(best / 2, Math.min(found, Math.max(tried, best + slots())));
        if (moved > best && moved >= best + 0.9 * slots()) {
            step = Math.min(MOST_STEP, 2 * slots() / best);
        } else if (above + below + cruising == 0) {
            step *= STEP_DECAY;
        }
        best = moved;
    }

    /** Returns the step in slots, at least one. */
    private double slots() {
        return Math.max(1, best * step);
    }

    private double next() {
        if (step >= START) {
            return 2.0 * (strikes > 0 ? limit : best);
        }
        if (above + below + cruising == 0) {
            beginCycle();
        }
        int drawn = random.nextInt(above + below + cruising);
        if (drawn < above) {
            above--;
            tried = best + height();
            return tried;
        } else if (drawn < above + below) {
            below--;
            return Math.min(best - 1, best / (1 + depth()));
        }
        cruising--;
        return best;
    }

    private void beginCycle() {
        curve.age(best);
        tried = best;
        above = 1;
        below = 1;
        cruising = step > SMALL_STEP ? 1 : CRUISE_ROUNDS;
    }

    private double height() {
        return random.nextInt(FAR) == 0 ? Math.max(slots() + FAR_SLOTS, best * SEARCH_STEP) : slots();
    }

    private double depth() {
        return random.nextInt(DEEP) == 0 ? Math.max(step, random.nextDouble(DEEPEST)) : step;
    }
}
