package dev.anteroom.gate;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * How many connections each source holds, served and waiting. Thread-safe. The keys are the user's, so neither method is called under
 * the gate's lock. A source that leaves is found by its own object, which has its hash already: the user's code is asked only to
 * tell apart two keys of the same hash.
 */
final class SourceCounts {
    private final ConcurrentMap<Source, Source> sources = new ConcurrentHashMap<>();
    private final int most;

    /**
     * Counts nobody yet.
     *
     * @param most how many a source may hold
     */
    SourceCounts(int most) {
        this.most = most;
    }

    boolean isUnlimited() {
        return most == Integer.MAX_VALUE;
    }

    /** Counts a newcomer; null if its source holds the most it may. */
    @Nullable
    Source enter(Object sourceKey) {
        Source[] entered = new Source[1];
        sources.compute(new Source(sourceKey, sourceKey.hashCode()), (probe, known) -> {
            Source source = known == null ? probe : known;
            if (source.count < most) {
                source.count++;
                entered[0] = source;
            }
            return source;
        });
        return entered[0];
    }

    /** Counts one less. */
    void leave(Source source) {
        sources.computeIfPresent(source, (same, known) -> --known.count == 0 ? null : known);
    }

    /** A source, and how many connections it holds, which is guarded by the map. */
    static final class Source {
        private final Object key;
        private final int hash;
        private int count;

        private Source(Object key, int hash) {
            this.key = key;
            this.hash = hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return this == other || (other instanceof Source source && hash == source.hash && key.equals(source.key));
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
