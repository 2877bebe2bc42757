package dev.anteroom.simulator;

import java.util.Arrays;

/**
 * How fairly what there was has been shared out among sources: Jain's index (Jain, Chiu and Hawe, DEC-TR-301, 1984)
 * of what each got in proportion to its max-min fair share: an equal part, or all it wanted if that is less. So 1 is
 * fair, also where some want little, and 1/n is all for one of n.
 */
final class Fairness {
    private Fairness() {}

    static double of(long[] got, long[] wanted) {
        double share = equalShare((double) Arrays.stream(got).sum(), wanted);
        double sum = 0;
        double squares = 0;
        int sources = 0;
        for (int i = 0; i < got.length; i++) {
            if (wanted[i] > 0) {
                double proportion = share == 0 ? 1 : (double) got[i] / Math.min(share, (double) wanted[i]);
                sum += proportion;
                squares += proportion * proportion;
                sources++;
            }
        }
        return squares == 0 ? 1 : sum * sum / (sources * squares);
    }

    /** What the sources get that want more than that, if all get the same or what they want. */
    private static double equalShare(double total, long[] wanted) {
        long[] ascending = wanted.clone();
        Arrays.sort(ascending);
        double left = total;
        for (int i = 0; i < ascending.length; i++) {
            double share = left / (ascending.length - i);
            if (ascending[i] >= share) {
                return share;
            }
            left -= ascending[i];
        }
        return ascending[ascending.length - 1];
    }
}
