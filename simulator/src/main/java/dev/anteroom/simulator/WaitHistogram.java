package dev.anteroom.simulator;

/**
 * Counts waits with a precision of a thousandth. Each power of two is divided into 1024 equal parts, as in
 * HdrHistogram. The memory does not depend on the number of waits.
 */
final class WaitHistogram {
    private static final int BITS = 10;
    private static final int PARTS = 1 << BITS;

    private final long[] counts = new long[PARTS * (Long.SIZE - BITS)];
    private long count;

    void add(long nanos) {
        counts[index(nanos)]++;
        count++;
    }

    /** Returns the wait, in nanoseconds, that a share of all waits does not exceed; 0 if there are none. */
    long quantile(double share) {
        long wanted = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int i = 0; i < counts.length && count > 0; i++) {
            seen += counts[i];
            if (seen >= wanted) {
                return middle(i);
            }
        }
        return 0;
    }

    private static int index(long nanos) {
        int shift = Math.max(0, Long.SIZE - BITS - 1 - Long.numberOfLeadingZeros(nanos));
        return shift * PARTS + (int) (nanos >>> shift);
    }

    /** Returns the middle of the waits that are counted at an index. */
    private static long middle(int index) {
        int shift = Math.max(0, index / PARTS - 1);
        long first = (long) (index - shift * PARTS) << shift;
        return first + ((1L << shift) - 1) / 2;
    }
}
