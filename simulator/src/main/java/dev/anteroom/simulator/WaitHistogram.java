package dev.anteroom.simulator;

/**
 * Counts waits, each to within a thousandth of its length: a power of two is divided into 1024 equal parts, as
 * HdrHistogram does it. Takes constant space, however many there are.
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

    /** The length that a share of all waits does not exceed, in nanoseconds; 0 if there are none. */
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

    /** Of all lengths that are counted at the index. */
    private static long middle(int index) {
        int shift = Math.max(0, index / PARTS - 1);
        long first = (long) (index - shift * PARTS) << shift;
        return first + ((1L << shift) - 1) / 2;
    }
}
