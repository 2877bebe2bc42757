package dev.anteroom.gateway.proxy;

import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connections that are accepted and have not come to a gate yet, and the fate of those that never did. There are no more than a
 * number of them; beyond it the eldest is dropped and not the newcomer. So silent connections, however many, cannot keep out those
 * that speak soon. Thread-safe.
 */
public final class Arrivals {
    /** In the order in which they were accepted. */
    private final Set<Arrival> arriving = new LinkedHashSet<>();

    private final Map<Drop, Long> dropped = new EnumMap<>(Drop.class);
    private int most;

    Arrivals(int most) {
        this.most = most;
        for (Drop why : Drop.values()) {
            dropped.put(why, 0L);
        }
    }

    /** Bounds the number; counts from the next newcomer on. */
    synchronized void most(int changed) {
        most = changed;
    }

    /** Someone was accepted. */
    void begin(Arrival newcomer) {
        Arrival eldest = addAndFindEldest(newcomer);
        if (eldest != null) {
            eldest.crowdOut();
        }
    }

    private synchronized @Nullable Arrival addAndFindEldest(Arrival newcomer) {
        arriving.add(newcomer);
        if (arriving.size() <= most) {
            return null;
        }
        Iterator<Arrival> inOrder = arriving.iterator();
        Arrival eldest = inOrder.next();
        inOrder.remove();
        return eldest;
    }

    /** Someone comes to the gate. */
    synchronized void end(Arrival arrival) {
        arriving.remove(arrival);
    }

    /** Someone never will. */
    synchronized void drop(Arrival arrival, Drop why) {
        arriving.remove(arrival);
        dropped.merge(why, 1L, Long::sum);
    }

    /**
     * How many are arriving.
     *
     * @return a number that may be out of date
     */
    public synchronized int count() {
        return arriving.size();
    }

    /**
     * How many never came to the gate, by reason.
     *
     * @return a number for each reason
     */
    public synchronized Map<Drop, Long> dropped() {
        return new EnumMap<>(dropped);
    }
}
