package dev.anteroom.gateway.proxy;

import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gateway.config.TimeLimits;
import dev.anteroom.gateway.upstream.UpstreamPool;
import dev.anteroom.protocol.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes the pairs of a gateway that exceed a time limit of their listener. Each event loop sweeps its own pairs at
 * intervals, while it has pairs with limits. Thread-safe.
 *
 * <p><b>The contended limits</b> close at most as many pairs as connections wait, the longest idle first. One decision
 * at a time is made, for all loops, listeners and gates. It counts the pairs that were told to close and still hold
 * their slot, because the number of waiters does not yet show their departure. A connection waits if it is in the room
 * of a gate that is not paused, or if it is admitted and waits for a place on an upstream. A pair is told to close only
 * if that helps a waiter: one of its own gate, or one that waits for its server.
 */
final class TimeKeeper {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

    /** Sweeps in the time of the shortest limit, so a limit is exceeded by at most a quarter of it. */
    private static final int SWEEPS_PER_LIMIT = 4;

    private final IdentityHashMap<EventLoop, LoopSweep> sweeps = new IdentityHashMap<>();
    private final LongSupplier nanoTime;
    private final Supplier<? extends Collection<UpstreamPool>> awaited;

    /** Pairs that were told to close and still hold their slot. */
    private final Set<ProxiedConnection> told = ConcurrentHashMap.newKeySet();

    /**
     * Creates a keeper without pairs.
     *
     * @param loops the event loops of the connections
     * @param nanoTime the clock
     * @param awaited the listeners whose admitted connections wait for an upstream, one for each connection
     */
    TimeKeeper(List<EventLoop> loops, LongSupplier nanoTime, Supplier<? extends Collection<UpstreamPool>> awaited) {
        this.nanoTime = nanoTime;
        this.awaited = awaited;
        loops.forEach(loop -> sweeps.put(loop, new LoopSweep(loop)));
    }

    long now() {
        return nanoTime.getAsLong();
    }

    /** Applies changed limits. */
    void limitsChanged() {
        sweeps.forEach((loop, sweep) -> {
            try {
                loop.execute(sweep::schedule);
            } catch (RejectedExecutionException e) {
                // The loop is closed, and so are its pairs.
            }
        });
    }

    /** Adds a pair. Called on its event loop. */
    void begin(ProxiedConnection pair) {
        sweep(pair).add(pair);
    }

    /** Removes a pair that has given back its slot. Called on its event loop. */
    void released(ProxiedConnection pair) {
        sweep(pair).pairs.remove(pair);
        told.remove(pair);
    }

    private LoopSweep sweep(ProxiedConnection pair) {
        LoopSweep sweep = sweeps.get(pair.loop());
        if (sweep == null) {
            throw new IllegalArgumentException("the connection belongs to an event loop of another group");
        }
        return sweep;
    }

    private void close(ProxiedConnection pair) {
        told.add(pair);
        pair.closeForTimeLimit();
    }

    private void closeContended() {
        long now = now();
        List<ProxiedConnection> overdue = new ArrayList<>();
        for (LoopSweep sweep : sweeps.values()) {
            sweep.pairs.stream().filter(pair -> pair.exceedsContended(now)).forEach(overdue::add);
        }
        if (!overdue.isEmpty()) {
            overdue.sort(Comparator.comparingLong(pair -> pair.lastActivity() - now));
            decide(overdue);
        }
    }

    /** Tells the pairs at the head of a list to close, as many as that helps. */
    private synchronized void decide(List<ProxiedConnection> overdue) {
        Demand demand = new Demand(awaited.get());
        told.forEach(demand::bookOn);
        overdue.stream()
                .filter(pair -> !told.contains(pair))
                .filter(pair -> demand.isOpenFor(pair) && demand.bookOn(pair))
                .toList()
                .forEach(this::tell);
    }

    private void tell(ProxiedConnection pair) {
        told.add(pair);
        try {
            pair.loop().execute(() -> closeIfStillOverdue(pair));
        } catch (RejectedExecutionException e) {
            told.remove(pair); // the loop is closed, and so is the pair
        }
    }

    private void closeIfStillOverdue(ProxiedConnection pair) {
        if (!pair.isServed()) {
            return; // it is leaving already
        }
        if (pair.exceedsContended(now()) && !pair.gate().gate().isPaused()) {
            pair.closeForTimeLimit();
        } else {
            told.remove(pair);
        }
    }

    /** The connections that wait, less those that a pair will serve by closing. */
    private static final class Demand {
        private final Map<NamedGate, Integer> slots = new HashMap<>();
        private final Map<UpstreamPool, Integer> places = new HashMap<>();

        Demand(Collection<UpstreamPool> awaited) {
            awaited.forEach(pool -> places.merge(pool, 1, Integer::sum));
        }

        /** Returns whether pairs of a gate may be closed for others. */
        boolean isOpenFor(ProxiedConnection pair) {
            return !pair.gate().gate().isPaused();
        }

        /** Books one waiter on a pair; returns false if it would serve none. */
        boolean bookOn(ProxiedConnection pair) {
            for (Map.Entry<UpstreamPool, Integer> place : places.entrySet()) {
                if (place.getValue() > 0 && pair.sharesServerWith(place.getKey())) {
                    place.setValue(place.getValue() - 1);
                    return true;
                }
            }
            int left = slots.computeIfAbsent(pair.gate(), Demand::waiting);
            slots.put(pair.gate(), left - 1);
            return left > 0;
        }

        /** Returns the waiters that free slots could serve, of which those beyond a lowered limit serve none. */
        private static int waiting(NamedGate gate) {
            GateSnapshot now = gate.gate().snapshot();
            int excess = Math.max(0, now.active() - now.limit());
            return now.paused() || now.waiting() <= excess ? 0 : now.waiting();
        }
    }

    /** Sweeps the pairs of one loop, on that loop. Other threads only look through the pairs. */
    private final class LoopSweep {
        private final EventLoop loop;
        private final Set<ProxiedConnection> pairs = ConcurrentHashMap.newKeySet();
        private EventLoop.@Nullable Cancellable next;
        private Duration interval = Duration.ZERO;

        LoopSweep(EventLoop loop) {
            this.loop = loop;
        }

        void add(ProxiedConnection pair) {
            pairs.add(pair);
            Duration own = interval(pair.limits());
            if (!own.isZero() && (next == null || own.compareTo(interval) < 0)) {
                scheduleIn(own);
            }
        }

        private void run() {
            try {
                closeOverdue();
                closeContended();
            } finally {
                schedule();
            }
        }

        private void closeOverdue() {
            long now = now();
            pairs.stream().filter(pair -> pair.exceeds(now)).toList().forEach(TimeKeeper.this::close);
        }

        /** Schedules the next sweep, if a pair has a limit. */
        void schedule() {
            Duration shortest = pairs.stream()
                    .map(ProxiedConnection::limits)
                    .distinct()
                    .map(TimeKeeper::interval)
                    .filter(each -> !each.isZero())
                    .min(Duration::compareTo)
                    .orElse(Duration.ZERO);
            scheduleIn(shortest);
        }

        private void scheduleIn(Duration pause) {
            if (next != null) {
                next.cancel();
                next = null;
            }
            interval = pause;
            if (!pause.isZero()) {
                try {
                    next = loop.schedule(pause, this::run);
                } catch (RejectedExecutionException e) {
                    // The loop is closed, and so are its pairs.
                }
            }
        }
    }

    /** Returns the time between two sweeps; zero if there are no limits. */
    private static Duration interval(TimeLimits limits) {
        Duration shortest = limits.shortest().dividedBy(SWEEPS_PER_LIMIT);
        if (limits.shortest().isZero()) {
            return Duration.ZERO;
        } else if (shortest.compareTo(SHORTEST_INTERVAL) < 0) {
            return SHORTEST_INTERVAL;
        }
        return shortest.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : shortest;
    }
}
