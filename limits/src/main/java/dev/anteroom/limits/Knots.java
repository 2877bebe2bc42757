package dev.anteroom.limits;

/**
 * A curve that never falls, through weighted means. Means that contradict this are merged (isotonic regression by
 * pooling adjacent violators; Ayer, Brunk, Ewing, Reid and Silverman, "An Empirical Distribution Function for Sampling
 * with Incomplete Information", Annals of Mathematical Statistics 26(4), 1955). Between two knots the curve is a line.
 * Not thread-safe.
 */
final class Knots {
    private final double[] from;
    private final double[] to;
    private final double[] mean;
    private final double[] weight;
    private int count;

    Knots(int most) {
        from = new double[most];
        to = new double[most];
        mean = new double[most];
        weight = new double[most];
    }

    void clear() {
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Returns the position of the last knot; there must be one. */
    double end() {
        return to[count - 1];
    }

    /** Adds a mean to the right of all others. */
    void add(double at, double value, double many) {
        from[count] = at;
        to[count] = at;
        mean[count] = value;
        weight[count] = many;
        while (count > 0 && mean[count - 1] >= mean[count]) {
            joinLast();
        }
        count++;
    }

    private void joinLast() {
        double both = weight[count - 1] + weight[count];
        mean[count - 1] = (weight[count - 1] * mean[count - 1] + weight[count] * mean[count]) / both;
        weight[count - 1] = both;
        to[count - 1] = to[count];
        count--;
    }

    /** Returns the value of the curve at a position; beyond the knots it is constant. There must be a knot. */
    double at(double place) {
        int knot = 0;
        while (knot < count && to[knot] < place) {
            knot++;
        }
        if (knot == count) {
            return mean[count - 1];
        } else if (knot == 0 || place >= from[knot]) {
            return mean[knot];
        }
        double part = (place - to[knot - 1]) / (from[knot] - to[knot - 1]);
        return mean[knot - 1] + part * (mean[knot] - mean[knot - 1]);
    }
}
