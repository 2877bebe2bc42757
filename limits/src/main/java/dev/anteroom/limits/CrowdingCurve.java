package dev.anteroom.limits;

/**
 * How long services take, by how many are served at once. Service times differ for other reasons too, and much more, so it takes as much
 * from each as it can:
 *
 * <ul>
 *   <li>It averages their square roots. A service that takes ten times as long is thus worth three, and not ten.
 *   <li>More at once never make services faster. Where the averages say otherwise they are joined (isotonic regression, by pooling
 *       adjacent violators: Ayer and others, Annals of Mathematical Statistics 26, 1955). So all that is below the knee counts as one.
 *   <li>Without evidence a number at once is taken to be like the next lower one.
 *   <li>Times are relative to a level, which follows what all services have in common: when the upstream slows down as a whole, or other
 *       requests come, the curve keeps its form.
 * </ul>
 *
 * <p>Not thread-safe.
 */
final class CrowdingCurve {
    /** Numbers up to this have a place each; above, those within one part of it share one. */
    private static final int EXACT = 40;

    private static final int PLACES = 500;

    /** So many services like the next lower number count as if they had been seen. */

    /** With fewer services a place says nothing. */
    private static final double LEAST_WEIGHT = 10;

    /** What is left of the weight of services after a cycle of rounds; and after all of them have slowed down or recovered at once. */
    private static final double AGEING = 0.95;

    private static final double SHIFT_AGEING = 0.2;

    /** A level that moves further is another one; in square roots. */
    private static final double SHIFT = 0.4;

    /** Times longer than expected, in square roots, that count as no more than that. */
    private static final double OUTLIER = 4;

    /**
     * How much longer services may take with more at once, in proportion: a little less than the gain, so that where more at once gain
     * nothing the limit comes down.
     */
    private static final double GAIN = 0.8;

    private final double[] weight = new double[PLACES];
    private final double[] sum = new double[PLACES];
    private final double[] failures = new double[PLACES];

    /** The knots of the curve: where each is, what services take there relative to the level, and how many there were. */
    private final double[] knotAt = new double[PLACES];
    private final double[] knotFit = new double[PLACES];
    private final double[] knotWeight = new double[PLACES];

    private int knots;

    /** The curve at each place, in logarithms; and as it was when services took another time last. */
    private final double[] fit = new double[PLACES];

    private double surprise;
    private int surprised;
    private int surprises;
    double level;
    private double variance;

    static final double LC = Double.parseDouble(System.getProperty("lc", "200"));
    static final double Z = Double.parseDouble(System.getProperty("z", "1"));
    static final double P1 = Double.parseDouble(System.getProperty("p1", "100"));
    static final double SA = Double.parseDouble(System.getProperty("sa", "0.2"));

    static int place(int atOnce) {
        return atOnce <= EXACT
                ? Math.max(1, atOnce)
                : Math.min(PLACES - 1, EXACT + (int) Math.round(EXACT * Math.log((double) atOnce / EXACT)));
    }

    private static double atOnce(int place) {
        return place <= EXACT ? place : EXACT * Math.exp((double) (place - EXACT) / EXACT);
    }

    void served(int atOnce, long nanos) {
        double root = Math.sqrt(nanos);
        if (level == 0) {
            level = root;
        }
        int place = place(atOnce);
        double expected = Math.exp(fit[place] / 2);
        double ratio = Math.min(OUTLIER, root / level / expected);
        if (weight[place] >= LEAST_WEIGHT) {
            double deviation = ratio * expected * weight[place] / sum[place] - 1;
            variance += (deviation * deviation - variance) / 256;
            if (weight[place] >= 2.0 * atOnce && knots > 0) {
                surprise += ratio - 1;
                surprised++;
                level *= 1 + (ratio - 1) / (LC * Math.max(4, atOnce));
            }
        }
        weight[place]++;
        sum[place] += knots == 0 ? root / level : ratio * expected;
    }

    void failed(int atOnce) {
        failures[place(atOnce)]++;
    }

    void forgetFailures() {
        java.util.Arrays.fill(failures, 0);
    }

    void age() {
        scale(AGEING);
    }

    private void scale(double factor) {
        for (int place = 0; place < PLACES; place++) {
            weight[place] *= factor;
            sum[place] *= factor;
            failures[place] *= factor;
        }
    }

    /** Whether the services since this was asked last took another time than expected, where that was well known. */
    boolean hasShifted() {
        double mean = surprise / Math.max(1, surprised);
        double noise = 2.5 * Math.sqrt(variance / Math.max(1, surprised));
        boolean surprising = surprised >= LEAST_WEIGHT && Math.abs(Math.log1p(mean)) > SHIFT + noise;
        surprises = surprising ? surprises + 1 : 0;
        boolean shifted = surprises >= 2;
        surprise = 0;
        surprised = 0;
        if (shifted) {
            level *= 1 + mean;
            scale(SA);
            surprises = 0;
        }
        return shifted;
    }

    /** The number at once with the most goodput, of those up to a given one, and of those above it that were seen. */
    double best(double current) {
        findKnots();
        draw();
        int last = knots == 0 ? 0 : place((int) Math.round(Math.exp(knotAt[knots - 1])));
        int now = place((int) current);
        int found = now;
        double most = score(now);
        double evidence = 0;
        for (int place = PLACES - 1; place > now; place--) {
            evidence += weight[place];
            double score = score(place) - doubt(evidence);
            if (place <= last && score > most) {
                found = place;
                most = score;
            }
        }
        evidence = 0;
        for (int place = 1; place < now; place++) {
            evidence += weight[place];
            double score = score(place) - doubt(evidence);
            if (score > most) {
                found = place;
                most = score;
            }
        }
        return found == place((int) current) ? current : atOnce(found);
    }

    /** Whether enough is known of so many at once, or more, to tell. */
    boolean knows(double atOnce) {
        double services = 0;
        for (int place = place((int) (0.9 * atOnce)); place < PLACES; place++) {
            services += weight[place];
        }
        return services >= LEAST_WEIGHT + P1 * variance;
    }

    private double doubt(double evidence) {
        return Z * 2 * Math.sqrt(variance / Math.max(1, evidence));
    }

    private double score(int place) {
        double failing = failures[place] / (20 + weight[place] + failures[place]);
        return Math.log(atOnce(place)) - fit[place] / GAIN + Math.log(1 - failing);
    }

    /** Joins places until there are enough services to say something, and then those that contradict each other. */
    private void findKnots() {
        knots = 0;
        double enough = LEAST_WEIGHT + P1 * variance;
        double joined = 0;
        double joinedSum = 0;
        double joinedAt = 0;
        for (int place = 1; place < PLACES; place++) {
            joined += weight[place];
            joinedSum += sum[place];
            joinedAt += weight[place] * Math.log(atOnce(place));
            if (joined >= enough) {
                addKnot(joinedAt / joined, joinedSum / joined, joined);
                joined = joinedSum = joinedAt = 0;
            }
        }
    }

    private final double[] knotFrom = new double[PLACES];

    private void addKnot(double at, double value, double many) {
        double from = at;
        while (knots > 0 && knotFit[knots - 1] >= value) {
            knots--;
            value = (value * many + knotFit[knots] * knotWeight[knots]) / (many + knotWeight[knots]);
            many += knotWeight[knots];
            from = knotFrom[knots];
        }
        knotFrom[knots] = from;
        knotAt[knots] = at;
        knotFit[knots] = value;
        knotWeight[knots] = many;
        knots++;
    }

    private void draw() {
        int knot = 0;
        for (int place = 1; place < PLACES; place++) {
            double at = Math.log(atOnce(place));
            while (knot < knots && knotAt[knot] < at) {
                knot++;
            }
            fit[place] = 2 * Math.log(knots == 0 ? 1 : value(knot, at));
        }
    }

    /** Between two knots, the line; the given one is the first that is not before. */
    private double value(int knot, double at) {
        if (knot == knots) {
            return knotFit[knots - 1];
        }
        if (knot == 0 || at >= knotFrom[knot]) {
            return knotFit[knot];
        }
        double part = (at - knotAt[knot - 1]) / (knotFrom[knot] - knotAt[knot - 1]);
        return knotFit[knot - 1] + part * (knotFit[knot] - knotFit[knot - 1]);
    }
    String show(double best) { StringBuilder s = new StringBuilder(); for (int p = Math.max(1, place((int) best) - 5); p < place((int) best) + 7; p++) s.append(String.format("%.0f:%.2f/%.0f ", atOnce(p), Math.exp(fit[p]), weight[p])); return s.toString(); }
}
