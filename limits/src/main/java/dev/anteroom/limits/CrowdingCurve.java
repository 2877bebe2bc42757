package dev.anteroom.limits;

import java.util.Arrays;

/**
 * How long services take, by how many are served at once. Service times differ for other reasons too, and by much
 * more, so the curve is frugal with what they tell:
 *
 * <ul>
 *   <li>It averages their square roots, where a service that takes a hundred times as long as another counts ten
 *       times as much.
 *   <li>It never falls, since more services at once do not make each faster. So all that is below the knee counts as
 *       one.
 *   <li>Its times are relative to a level that all services have in common. When the upstream slows down as a whole,
 *       or when other requests come, the level moves, and the curve keeps its form.
 * </ul>
 *
 * <p>Numbers at once are counted by place: up to 40 each has a place of its own, and above that each place is a
 * fortieth more than the one before. Not thread-safe.
 */
final class CrowdingCurve {
    private static final int EXACT = 40;
    private static final int PLACES = 500;

    /**
     * The weight of the services at a place without which it tells nothing; more if service times vary, per unit of
     * their variance.
     */
    private static final double LEAST_WEIGHT = 10;

    /** The weight at a place that shows when the level moves. */
    private static final double WELL_KNOWN = 200;

    private static final double WEIGHT_PER_VARIANCE = 100;

    /**
     * What is left of the weight of services after a cycle of rounds; and of any place after the level has moved at
     * once.
     */
    private static final double AGEING = 0.95;

    private static final double AGEING_ABOVE = 0.85;
    private static final double WEIGHT_AFTER_SHIFT = 200;

    /**
     * Of all services at a place: how much one moves the level; and one of those that are looked at for the variance
     * moves that.
     */
    private static final double LEVEL_SMOOTHING = 1.0 / 200;

    private static final double VARIANCE_SMOOTHING = 1.0 / 256;

    /**
     * How far, as a logarithm, the square roots must be off twice in succession for the level to have moved at once.
     */
    private static final double SHIFT = 0.3;

    private static final double SHIFT_DEVIATIONS = 2;

    /** A time counts as no more than so many times the one expected, in square roots. */
    private static final double OUTLIER = 4;

    /**
     * How much longer services may take in proportion to how many more there are. With 1 the limit would stay where
     * more at once gain nothing; with a little less it comes down, and services are the faster for it.
     */
    private static final double TOLERANCE = 0.8;

    /** How many deviations of the mean another number at once must be better by. */
    private static final double DOUBT = 2;

    private static final double LEAST_STEP = 0.025;
    private static final double LEAST_STEP_PER_VARIANCE = 0.004;

    private static final double SERVICES_PER_VARIANCE = 150;

    /** Failures count in proportion to so many more services than there were. */
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

    /** Adds a service. */
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
     * Makes the services so far count a little less, and less again those with more at once than now: they are not
     * often renewed.
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
     * Whether services have begun to take quite another time than before at the same number at once. Forgets most of
     * them, if so.
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
     * Returns the number at once with the most goodput, of those up to the current one and of those above it that
     * were tried.
     */
    double best(double current) {
        draw();
        int now = place(current);
        int last = knots.isEmpty() ? now : Math.max(now, place(Math.exp(knots.end())));
        int found = better(now, last, now, -1);
        found = better(found, 1, now, 1);
        return found == now ? current : atOnce(found);
    }

    /**
     * Looks for more goodput from one place up or down to another. A place counts for less the fewer services, of
     * those from its side on, speak for it.
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

    /** The logarithm of the goodput, but for a constant. */
    private double score(int place) {
        double failing = failures[place] / (FAILURE_PRIOR + weight[place] + failures[place]);
        return Math.log(atOnce(place)) - 2 * Math.log(curve[place]) / TOLERANCE + Math.log1p(-failing);
    }

    /** How many services a round needs to tell anything. */
    int servicesToTell() {
        return (int) (variance * SERVICES_PER_VARIANCE);
    }

    /** A step, in proportion, whose effect a few rounds can tell from chance. */
    double leastStep() {
        return Math.max(LEAST_STEP, Math.sqrt(variance * LEAST_STEP_PER_VARIANCE));
    }

    /** Joins neighbours until there are enough services to say something. */
    private void draw() {
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
