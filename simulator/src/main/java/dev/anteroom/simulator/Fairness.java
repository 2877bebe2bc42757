package dev.anteroom.simulator;

import java.util.Arrays;

/**
 * Computes how fairly goodput was shared among sources: Jain's index (Jain, Chiu and Hawe, DEC-TR-301, 1984) of what
 * each source got, divided by its max-min fair share. That share is an equal part, or all that the source wanted if
 * that is less. The index is 1 if all sources got their fair share, and 1/n if one of n got everything.
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

    /** Returns the equal part: the share of every source that wants at least as much. */
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
