package dev.anteroom.limits;

import java.util.Arrays;

/**
 * Service time as a function of concurrency, the number of services in progress. Service times vary for other reasons
 * too, and by much more, so the curve has to make the most of few services:
 *
 * <ul>
 *   <li>It averages the square roots of the times. So a service that takes a hundred times as long as another counts
 *       ten times as much.
 *   <li>It never falls, because more concurrency does not make services faster. So all services below the knee support
 *       the same value.
 *   <li>Its times are relative to a level that all services have in common. When the upstream slows down as a whole, or
 *       the mix of requests changes, the level moves and the curve keeps its shape.
 * </ul>
 *
 * <p>Concurrency is divided into places: each number up to 40 has a place of its own, and above that each place is a
 * fortieth higher than the one before. Not thread-safe.
 */
final class CrowdingCurve {
    private static final int EXACT = 40;
    private static final int PLACES = 500;

    /**
     * The weight of services that a place needs before it is used; {@link #WEIGHT_PER_VARIANCE} is added for each unit
     * of the variance of service times.
     */
    private static final double LEAST_WEIGHT = 10;

    /** The weight from which a place is used to notice that the level moves. */
    private static final double WELL_KNOWN = 200;

    private static final double WEIGHT_PER_VARIANCE = 100;

    /**
     * The factors by which a cycle of rounds reduces the weight of services, and the most weight that a place keeps
     * after a sudden move of the level.
     */
    private static final double AGEING = 0.95;

    private static final double AGEING_ABOVE = 0.85;
    private static final double WEIGHT_AFTER_SHIFT = 200;

    /**
     * How much one service moves the level, divided by the concurrency; and the least by which one moves the variance.
     */
    private static final double LEVEL_SMOOTHING = 1.0 / 200;

    private static final double VARIANCE_SMOOTHING = 1.0 / 256;

    /**
     * How far, as a logarithm, the square roots must deviate twice in succession to count as a sudden move.
     */
    private static final double SHIFT = 0.3;

    private static final double SHIFT_DEVIATIONS = 2;

    /** The most that a time counts for, as a multiple of the expected one, in square roots. */
    private static final double OUTLIER = 4;

    /**
     * How much longer services may take, in proportion to how many more there are. With 1 the limit would stay where
     * more concurrency gains nothing; with a little less it comes down, and services become faster.
     */
    private static final double TOLERANCE = 0.8;

    /** By how many standard errors another concurrency must be better to be chosen. */
    private static final double DOUBT = 2;

    private static final double LEAST_STEP = 0.025;
    private static final double LEAST_STEP_PER_VARIANCE = 0.004;

    private static final double SERVICES_PER_VARIANCE = 150;

    /** Added to the number of services when the share of failures is computed, so that a few services decide little. */
    private static final double FAILURE_PRIOR = 20;

    private final double[] weight = new double[PLACES];
    private final double[] sum = new double[PLACES];
    private final double[] failures = new double[PLACES];
    private final double[] curve = new double[PLACES];
    private final Knots knots = new Knots(PLACES);
    private double level;
    private double variance;
    private double surprise;
    private long compared;
    private int surprised;
    private int surprises;

    CrowdingCurve() {
        Arrays.fill(curve, 1);
    }

    private static int place(double atOnce) {
        double place = atOnce <= EXACT ? atOnce : EXACT + Math.round(EXACT * Math.log(atOnce / EXACT));
        return (int) Math.max(1, Math.min(PLACES - 1, place));
    }

    private static double atOnce(int place) {
        return place <= EXACT ? place : EXACT * Math.exp((double) (place - EXACT) / EXACT);
    }

    /** Adds a service that succeeded. */
    void served(int atOnce, long nanos) {
        double root = Math.sqrt((double) nanos);
        level = level == 0 ? root : level;
        int place = place(atOnce);
        double ratio = Math.min(OUTLIER, root / level / curve[place]);
        if (weight[place] >= LEAST_WEIGHT) {
            compare(ratio, place, atOnce);
        }
        weight[place]++;
        sum[place] += ratio * curve[place];
    }

    private void compare(double ratio, int place, int atOnce) {
        double deviation = ratio * curve[place] * weight[place] / sum[place] - 1;
        compared++;
        variance += Math.max(VARIANCE_SMOOTHING, 1.0 / compared) * (deviation * deviation - variance);
        if (weight[place] >= Math.max(WELL_KNOWN, 2.0 * atOnce) && !knots.isEmpty()) {
            surprise += ratio - 1;
            surprised++;
            level *= 1 + LEVEL_SMOOTHING * (ratio - 1) / Math.max(4, atOnce);
        }
    }

    void failed(int atOnce) {
        failures[place(atOnce)]++;
    }

    void forgetFailures() {
        Arrays.fill(failures, 0);
    }

    /**
     * Reduces the weight of the services so far. Services at a higher concurrency than the current one lose more,
     * because they are rarely renewed.
     */
    void age(double current) {
        int above = place(current) + 1;
        scale(1, above, AGEING);
        scale(above, PLACES, AGEING_ABOVE);
    }

    private void scale(int from, int to, double factor) {
        for (int place = from; place < to; place++) {
            weight[place] *= factor;
            sum[place] *= factor;
            failures[place] *= factor;
        }
    }

    /**
     * Returns whether service times have changed suddenly, at the same concurrency. If so, forgets most services.
     */
    boolean hasShifted() {
        if (surprised < LEAST_WEIGHT) {
            return false;
        }
        double mean = surprise / surprised;
        double noise = SHIFT_DEVIATIONS * Math.sqrt(variance / surprised);
        surprises = Math.abs(Math.log1p(mean)) > SHIFT + noise ? surprises + 1 : 0;
        surprise = 0;
        surprised = 0;
        if (surprises < 2) {
            return false;
        }
        surprises = 0;
        level *= 1 + mean;
        double most = Arrays.stream(weight).max().orElse(0);
        scale(1, PLACES, Math.min(1, WEIGHT_AFTER_SHIFT / most));
        return true;
    }

    /**
     * Returns the concurrency with the most goodput, among those up to the current one and those above it that were
     * tried.
     */
    double best(double current) {
        fit();
        int now = place(current);
        int last = knots.isEmpty() ? now : Math.max(now, place(Math.exp(knots.end())));
        int found = better(now, last, now, -1);
        found = better(found, 1, now, 1);
        return found == now ? current : atOnce(found);
    }

    /**
     * Searches the places from one to another for more goodput. The fewer services support a place, the lower it
     * scores.
     */
    private int better(int than, int from, int to, int direction) {
        int found = than;
        double most = score(than);
        double services = 0;
        for (int place = from; place != to; place += direction) {
            services += weight[place];
            double score = score(place) - DOUBT * Math.sqrt(variance / Math.max(1, services));
            if (score > most) {
                found = place;
                most = score;
            }
        }
        return found;
    }

    /** Returns the logarithm of the goodput, except for a constant. */
    private double score(int place) {
        double failing = failures[place] / (FAILURE_PRIOR + weight[place] + failures[place]);
        return Math.log(atOnce(place)) - 2 * Math.log(curve[place]) / TOLERANCE + Math.log1p(-failing);
    }

    /** Returns how many services a round needs to be significant. */
    int servicesNeeded() {
        return (int) (variance * SERVICES_PER_VARIANCE);
    }

    /** Returns the least step, as a share of the limit, whose effect a few rounds can distinguish from chance. */
    double leastStep() {
        return Math.max(LEAST_STEP, Math.sqrt(variance * LEAST_STEP_PER_VARIANCE));
    }

    /** Fits the curve: neighbouring places are joined until they have enough weight together. */
    private void fit() {
        knots.clear();
        double enough = LEAST_WEIGHT + WEIGHT_PER_VARIANCE * variance;
        double services = 0;
        double total = 0;
        double at = 0;
        for (int place = 1; place < PLACES; place++) {
            services += weight[place];
            total += sum[place];
            at += weight[place] * Math.log(atOnce(place));
            if (services >= enough) {
                knots.add(at / services, total / services, services);
                services = total = at = 0;
            }
        }
        for (int place = 1; place < PLACES && !knots.isEmpty(); place++) {
            curve[place] = knots.at(Math.log(atOnce(place)));
        }
    }
}
