package dev.anteroom.gateway.proxy;

import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The accepted connections that have not reached a gate yet, and the number of those that never did, by reason. Beyond
 * a limit the oldest connection is dropped, not the newcomer, so any number of silent connections cannot keep out
 * clients that speak soon. Thread-safe.
 */
public final class Arrivals {
    /** In order of acceptance. */
    private final Set<Arrival> arriving = new LinkedHashSet<>();

    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
    private int limit;

    Arrivals(int limit) {
        this.limit = limit;
        for (DropReason reason : DropReason.values()) {
            dropped.put(reason, 0L);
        }
    }

    /** Replaces the limit; it takes effect with the next newcomer. */
    synchronized void limit(int changed) {
        limit = changed;
    }

    /** Adds a newly accepted connection, and drops the oldest one if there are too many. */
    void begin(Arrival newcomer) {
        Arrival oldest = addAndFindOldest(newcomer);
        if (oldest != null) {
            oldest.dropAsOldest();
        }
    }

    private synchronized @Nullable Arrival addAndFindOldest(Arrival newcomer) {
        arriving.add(newcomer);
        if (arriving.size() <= limit) {
            return null;
        }
        Iterator<Arrival> inOrder = arriving.iterator();
        Arrival oldest = inOrder.next();
        inOrder.remove();
        return oldest;
    }

    /** Removes a connection that reaches its gate. */
    synchronized void end(Arrival arrival) {
        arriving.remove(arrival);
    }

    /** Removes a connection that is dropped, and counts the reason. */
    synchronized void drop(Arrival arrival, DropReason reason) {
        arriving.remove(arrival);
        dropped.merge(reason, 1L, Long::sum);
    }

    /**
     * Returns the number of connections that have not reached a gate yet.
     *
     * @return a number that may be out of date
     */
    public synchronized int count() {
        return arriving.size();
    }

    /**
     * Returns the number of dropped connections, by reason.
     *
     * @return a number for each reason
     */
    public synchronized Map<DropReason, Long> dropped() {
        return new EnumMap<>(dropped);
    }
}
