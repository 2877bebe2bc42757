package dev.anteroom.gate;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies that are in force at any gate. A policy relies on its gate's lock, so two gates that shared one would
 * corrupt it. The entries are weak references: a policy that is garbage, because its gate is, is forgotten.
 */
final class PoliciesInForce {
    private static final Map<Entry, Entry> ENTRIES = new ConcurrentHashMap<>();
    private static final ReferenceQueue<SchedulingPolicy> GONE = new ReferenceQueue<>();

    private PoliciesInForce() {}

    /** Adds a policy. Returns false if it is in force already. */
    static boolean add(SchedulingPolicy policy) {
        for (var gone = GONE.poll(); gone != null; gone = GONE.poll()) {
            ENTRIES.remove(gone);
        }
        Entry entry = new Entry(policy);
        return ENTRIES.putIfAbsent(entry, entry) == null;
    }

    /** Removes a policy that is no longer in force. */
    static void remove(SchedulingPolicy policy) {
        ENTRIES.remove(new Entry(policy));
    }

    /** A reference to a policy that compares by identity, whatever the policy's own {@code equals} says. */
    private static final class Entry extends WeakReference<SchedulingPolicy> {
        private final int hash;

        Entry(SchedulingPolicy policy) {
            super(policy, GONE);
            hash = System.identityHashCode(policy);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            SchedulingPolicy policy = get();
            return this == other || (policy != null && other instanceof Entry entry && entry.get() == policy);
        }

        @Override
        public int hashCode() {
            return hash;
        }
    }
}
