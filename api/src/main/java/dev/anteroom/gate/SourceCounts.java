package dev.anteroom.gate;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** How many connections each source holds, served and waiting. Thread-safe. */
final class SourceCounts {
    private final ConcurrentMap<Object, Integer> counts = new ConcurrentHashMap<>();
    private final int most;

    /**
     * Counts nobody yet.
     *
     * @param most how many a source may hold
     */
    SourceCounts(int most) {
        this.most = most;
    }

    /** Counts a newcomer, unless its source holds the most it may. */
    boolean enter(Object sourceKey) {
        if (most == Integer.MAX_VALUE) {
            return true;
        }
        boolean[] entered = new boolean[1];
        counts.compute(sourceKey, (key, count) -> {
            int before = count == null ? 0 : count;
            entered[0] = before < most;
            return entered[0] ? Integer.valueOf(before + 1) : count;
        });
        return entered[0];
    }

    /** Counts one less. */
    void leave(Object sourceKey) {
        if (most != Integer.MAX_VALUE) {
            counts.computeIfPresent(sourceKey, (key, count) -> count == 1 ? null : count - 1);
        }
    }
}
