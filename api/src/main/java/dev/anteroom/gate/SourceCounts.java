package dev.anteroom.gate;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts the connections of each source, served and waiting. Thread-safe. The keys are user code, so neither method is
 * called under the gate's lock. A leaving connection passes the {@link Source} that it entered with, which has its hash
 * already, so the user's {@code equals} and {@code compareTo} are called only to tell apart two keys with the same
 * hash.
 */
final class SourceCounts {
    private final ConcurrentMap<Source, Source> sources = new ConcurrentHashMap<>();
    private final int most;

    /**
     * Creates empty counts.
     *
     * @param most the largest number of connections of one source
     */
    SourceCounts(int most) {
        this.most = most;
    }

    boolean isUnlimited() {
        return most == Integer.MAX_VALUE;
    }

    /** Counts a newcomer. Returns null if its source has reached the cap. */
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

    /** Uncounts a connection of a source. */
    void leave(Source source) {
        sources.computeIfPresent(source, (same, known) -> --known.count == 0 ? null : known);
    }

    /** A source and the number of its connections, which is guarded by the map. */
    static final class Source implements Comparable<Source> {
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

        /** Orders the sources in one bin of the map; 0 for two that have no order. */
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // keys of one class are comparable with each other
        public int compareTo(Source other) {
            boolean isOrdered =
                    hash == other.hash && key instanceof Comparable && key.getClass() == other.key.getClass();
            return isOrdered ? ((Comparable) key).compareTo(other.key) : Integer.compare(hash, other.hash);
        }
    }
}
