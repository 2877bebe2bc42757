package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Finds the limit with the most goodput. It keeps a {@link CrowdingCurve}: how long services take, by how many are served at once. So many
 * at once, over how long each takes, is the goodput; the limit moves to where the curve says that it is greatest.
 *
 * <p>It works in rounds, each with a limit of its own, that last until every slot has been used about twice:
 *
 * <ul>
 *   <li><b>Start.</b> The limit doubles with each round, until the curve shows that more goodput lies below.
 *   <li><b>Search.</b> Rounds above, below and at the best limit known follow each other in random order. The step doubles when the round
 *       above was the best, and else becomes smaller.
 *   <li><b>Cruise.</b> Once the step is small, six rounds of eight are at the best limit, one is a step above it, and one a step, or now
 *       and then up to a half, below it.
 * </ul>
 *
 * <p>When all services slow down or recover at once, the curve keeps its form, and the limit its place, and a search finds out whether that
 * was right. When more than half of the services of a round fail, the limit is halved, and begins from there when services succeed again.
 *
 * <p>Sources: the alternation of probes above and below the best estimate, and the start by doubling, are those of BBR (Cardwell and others,
 * "BBR: Congestion-Based Congestion Control", ACM Queue 14(5), 2016); that services take longer in proportion is measured against services
 * with a lower limit, and at random times, as in Envoy's gradient controller (its adaptive concurrency filter); to judge by throughput
 * against latency is the idea of Uber's Cinnamon (Uber Engineering, "Cinnamon: Using Century Old Tech to Build a Mean Load Shedder", 2023).
 * The curve is ours. Not thread-safe.
 */
final class GoodputLimit implements Limit {
    private static final long LEAST_ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    static final int RS = Integer.getInteger("rs", 5);
    private static final int LEAST_SERVICES = 10;

    /** Less than this is no search any more. */
    private static final double SMALL_STEP = 0.1;

    private static final double LEAST_STEP = 0.025;
    private static final double SEARCH_STEP = 0.3;
    private static final double MOST_STEP = 0.5;
    private static final double GROWTH = 1.2;
    private static final double STEP_DECAY = 0.7;
    private static final int CRUISE = 6;

    private final Range range;
    private final SplittableRandom random = new SplittableRandom(1);
    private final CrowdingCurve curve = new CrowdingCurve();
    private double best;
    private double step = 1;
    private int limit;

    /** The rounds of the cycle, of which so many are still to come: above, below, and cruising for the rest. */
    private int above;

    private int below;
    private int cruise;

    private static final int MOST_COHORTS = 12;
    private final ArrayDeque<Cohort> cohorts = new ArrayDeque<>(List.of(new Cohort(0)));
    private int previous;
    private double mostGoodput;
    private int strikes;
    private long roundBeginNanos;
    private long lastOutageNanos = Long.MIN_VALUE;
    private int good;
    private int failed;

    GoodputLimit(int initial, int min, int max) {
        range = new Range(min, max);
        best = initial;
        limit = initial;
    }

    @Override
    public int getLimit() {
        return limit;
    }

    @Override
    public void notifyOnChange(Consumer<Integer> consumer) {
        throw new UnsupportedOperationException("the limit is asked for");
    }

    /**
     * Hears of a service that has ended.
     *
     * @param startNanos when it began
     * @param rttNanos how long it took
     * @param inflight how many were served at once meanwhile, on the average
     * @param didDrop whether it failed
     */
    @Override
    public void onSample(long startNanos, long rttNanos, int inflight, boolean didDrop) {
        long now = startNanos + rttNanos;
        if (didDrop) {
            failed++;
            curve.failed(inflight);
        } else if (startNanos >= lastOutageNanos) {
            good++;
            served(startNanos, inflight, rttNanos);
        }
        if (good + failed >= Math.max(LEAST_SERVICES, (step > SMALL_STEP ? 2 : RS) * limit) && now - roundBeginNanos >= LEAST_ROUND_NANOS) {
            endRound(now);
        }
    }

    /** The cohorts are in the order in which they began; a service of none of them has begun before. */
    private void served(long startNanos, int atOnce, long nanos) {
        Iterator<Cohort> newestFirst = cohorts.descendingIterator();
        while (newestFirst.hasNext()) {
            Cohort cohort = newestFirst.next();
            if (startNanos >= cohort.beginNanos) {
                cohort.add(atOnce, nanos);
                return;
            }
        }
        curve.served(atOnce, nanos);
    }

    /** Begins a cohort, and tells the curve of the eldest, if they are complete or there are too many. */
    private void nextCohort(int begun, long now) {
        cohorts.getLast().close(begun);
        cohorts.add(new Cohort(now));
        while (cohorts.size() > 1 && (cohorts.getFirst().isComplete() || cohorts.size() > MOST_COHORTS)) {
            cohorts.removeFirst().tell(curve);
        }
    }

    private void endRound(long now) {
        if (failed > good) {
            backOff(now);
        } else if (isStarting()) {
            start(now);
        } else {
            learn();
        }
        best = range.clamp(best);
        step = Math.max(step, Math.max(LEAST_STEP, 1 / best));
        int ol = limit; limit = range.clamp(Math.round(nextLimit()));
        if (Boolean.getBoolean("trace")) System.err.printf("%.2fs ran %d best %.1f step %.3f good %d failed %d level %.3f %s%n", now / 1e9, ol, best, step, good, failed, curve.level*curve.level/1e9, curve.show(best));
        nextCohort(good + failed + ol - previous, now);
        previous = ol;
        roundBeginNanos = now;
        good = 0;
        failed = 0;
    }

    private void start(long now) {
        double goodput = good * 1e9 / (now - roundBeginNanos);
        curve.best(best);
        if (goodput > GROWTH * mostGoodput) {
            mostGoodput = goodput;
            best = limit;
            strikes = 0;
        } else {
            strikes += good >= 50 ? 2 : 1;
        }
        if (strikes >= 2 || limit == range.max()) {
            step = SEARCH_STEP;
            strikes = 0;
            mostGoodput = 0;
        }
    }

    private void backOff(long now) {
        lastOutageNanos = now;
        curve.forgetFailures();
        best = range.clamp(best / 2);
        step = 1;
        above = below = cruise = 0;
    }

    private void learn() {
        double found = curve.best(best);
        if (curve.hasShifted()) {
            if (Boolean.getBoolean("trace")) System.err.println("SHIFT");
            step = Math.max(step, SEARCH_STEP);
            above = below = cruise = 0;
        }
        double next = Math.max(best / 2, Math.min(found, best + step()));
        if (next > best && next >= best + 0.9 * step()) {
            step = Math.min(MOST_STEP, 2 * step() / best);
        } else if (above + below + cruise == 0) {
            step *= STEP_DECAY;
        }
        best = next;
    }

    private double step() {
        return Math.max(1, best * step);
    }

    private boolean isStarting() {
        return step >= 1;
    }

    private double nextLimit() {
        if (isStarting()) {
            return 2.0 * (strikes > 0 ? limit : best);
        }
        if (above + below + cruise == 0) {
            curve.age();
            above = 1;
            below = 1;
            cruise = step > SMALL_STEP ? 1 : CRUISE;
        }
        int drawn = random.nextInt(above + below + cruise);
        if (drawn < above) {
            above--;
            return best + step();
        } else if (drawn < above + below) {
            below--;
            return Math.min(best - 1, best / (1 + depth()));
        }
        cruise--;
        return best;
    }

    private double depth() {
        return random.nextInt(4) == 0 ? Math.max(step, random.nextDouble(0.6)) : step;
    }
}
