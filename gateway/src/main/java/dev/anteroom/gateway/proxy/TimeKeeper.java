package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.TimeLimits;
import dev.anteroom.protocol.EventLoop;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes admitted connections of a listener that exceed a time limit. Each event loop sweeps its own pairs at
 * intervals, so a byte received costs nothing and needs no clock. Thread-safe.
 *
 * <p>While connections wait, the contended limits close at most as many pairs as there are waiters, the longest idle
 * first.
 */
final class TimeKeeper {
    private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(10);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(1);

    /** Sweeps in the time of the shortest limit, so a limit is exceeded by at most a quarter of it. */
    private static final int SWEEPS_PER_LIMIT = 4;

    private final IdentityHashMap<EventLoop, LoopSweep> sweeps = new IdentityHashMap<>();
    private final IntSupplier waiting;
    private volatile TimeLimits limits = TimeLimits.NONE;

    /**
     * Creates a keeper without pairs.
     *
     * @param loops the event loops of the connections
     * @param waiting the number of waiting connections
     */
    TimeKeeper(List<EventLoop> loops, IntSupplier waiting) {
        this.waiting = waiting;
        loops.forEach(loop -> sweeps.put(loop, new LoopSweep(loop)));
    }

    /** Replaces the limits. If there were none before, the idle time of served connections counts from now. */
    void change(TimeLimits changed) {
        limits = changed;
        sweeps.forEach((loop, sweep) -> loop.execute(sweep::begin));
    }

    /** Adds a pair. Called on its event loop. */
    void begin(ProxiedConnection pair) {
        sweep(pair).pairs.put(pair, new Times(System.nanoTime()));
    }

    /** Removes a pair. Called on its event loop. */
    void end(ProxiedConnection pair) {
        sweep(pair).pairs.remove(pair);
    }

    private LoopSweep sweep(ProxiedConnection pair) {
        LoopSweep sweep = sweeps.get(pair.loop());
        if (sweep == null) {
            throw new IllegalArgumentException("the connection belongs to an event loop of another group");
        }
        return sweep;
    }

    /** The start of a pair's service and its last activity. */
    private static final class Times {
        final long begin;
        long bytes;
        long lastActivity;

        Times(long now) {
            begin = now;
            lastActivity = now;
        }
    }

    /** Sweeps the pairs of one loop, on that loop. */
    private final class LoopSweep {
        private final EventLoop loop;
        private final Map<ProxiedConnection, Times> pairs = new HashMap<>();
        private EventLoop.@Nullable Cancellable next;

        LoopSweep(EventLoop loop) {
            this.loop = loop;
        }

        void begin() {
            if (next != null) {
                next.cancel();
            }
            run();
        }

        private void run() {
            TimeLimits now = limits;
            Duration shortest = now.shortest();
            if (shortest.isZero()) {
                next = null;
                return;
            }
            try {
                closeOverdue(now, System.nanoTime());
            } finally {
                next = loop.schedule(clamp(shortest.dividedBy(SWEEPS_PER_LIMIT)), this::run);
            }
        }

        private void closeOverdue(TimeLimits limits, long now) {
            pairs.forEach((pair, times) -> {
                if (pair.bytes() != times.bytes) {
                    times.bytes = pair.bytes();
                    times.lastActivity = now;
                }
            });
            overdue(limits.idle(), limits.life(), now).forEach(ProxiedConnection::closeForTimeLimit);
            int share = (waiting.getAsInt() + sweeps.size() - 1) / sweeps.size();
            overdue(limits.contendedIdle(), limits.contendedLife(), now).stream()
                    .limit(share)
                    .forEach(ProxiedConnection::closeForTimeLimit);
        }

        private List<ProxiedConnection> overdue(Duration idle, Duration life, long now) {
            return pairs.entrySet().stream()
                    .filter(pair -> pair.getKey().isServed())
                    .filter(pair -> isOver(idle, now - pair.getValue().lastActivity)
                            || isOver(life, now - pair.getValue().begin))
                    .sorted(Comparator.comparingLong(pair -> pair.getValue().lastActivity - now))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private static boolean isOver(Duration limit, long nanos) {
        return !limit.isZero() && nanos >= limit.toNanos();
    }

    private static Duration clamp(Duration interval) {
        return interval.compareTo(SHORTEST_INTERVAL) < 0
                ? SHORTEST_INTERVAL
                : interval.compareTo(LONGEST_INTERVAL) > 0 ? LONGEST_INTERVAL : interval;
    }
}
