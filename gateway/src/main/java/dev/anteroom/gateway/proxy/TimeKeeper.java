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
 * Sees to it that no admitted connection of a listener keeps its slot for longer than it may. Each event loop looks over its own
 * pairs now and then, so a byte costs nothing and no clock is read for it. Thread-safe.
 *
 * <p>The limits for the contended are applied to no more connections than wait, those that were idle longest first.
 */
final class TimeKeeper {
    private static final Duration SHORTEST_GLANCE = Duration.ofMillis(10);
    private static final Duration LONGEST_GLANCE = Duration.ofSeconds(1);

    /** A limit is exceeded by a fourth at most. */
    private static final int GLANCES_PER_LIMIT = 4;

    private final IdentityHashMap<EventLoop, Glance> glances = new IdentityHashMap<>();
    private final IntSupplier waiting;
    private volatile TimeLimits limits = TimeLimits.NONE;

    /**
     * Nobody is watched yet.
     *
     * @param loops that the connections live on
     * @param waiting how many others wait
     */
    TimeKeeper(List<EventLoop> loops, IntSupplier waiting) {
        this.waiting = waiting;
        loops.forEach(loop -> glances.put(loop, new Glance(loop)));
    }

    /** Holds to other limits. Those who are served are measured from now on, if nobody was before. */
    void change(TimeLimits changed) {
        limits = changed;
        glances.forEach((loop, glance) -> loop.execute(glance::begin));
    }

    /** A pair begins. On its event loop. */
    void begin(ProxiedConnection pair) {
        glance(pair).pairs.put(pair, new Times(System.nanoTime()));
    }

    /** A pair has ended. On its event loop. */
    void end(ProxiedConnection pair) {
        glance(pair).pairs.remove(pair);
    }

    private Glance glance(ProxiedConnection pair) {
        Glance glance = glances.get(pair.loop());
        if (glance == null) {
            throw new IllegalArgumentException("a connection lives on a loop of another group");
        }
        return glance;
    }

    /** Since when a pair is served, and since when it is idle. */
    private static final class Times {
        final long begin;
        long bytes;
        long lastStir;

        Times(long now) {
            begin = now;
            lastStir = now;
        }
    }

    /** The pairs of one loop, looked over on it. */
    private final class Glance {
        private final EventLoop loop;
        private final Map<ProxiedConnection, Times> pairs = new HashMap<>();
        private EventLoop.@Nullable Cancellable next;

        Glance(EventLoop loop) {
            this.loop = loop;
        }

        void begin() {
            if (next != null) {
                next.cancel();
            }
            look();
        }

        private void look() {
            TimeLimits now = limits;
            Duration shortest = now.shortest();
            if (shortest.isZero()) {
                next = null;
                return;
            }
            try {
                hurry(now, System.nanoTime());
            } finally {
                next = loop.schedule(between(shortest.dividedBy(GLANCES_PER_LIMIT)), this::look);
            }
        }

        private void hurry(TimeLimits limits, long now) {
            pairs.forEach((pair, times) -> {
                if (pair.bytes() != times.bytes) {
                    times.bytes = pair.bytes();
                    times.lastStir = now;
                }
            });
            overdue(limits.idle(), limits.life(), now).forEach(ProxiedConnection::hurry);
            int share = (waiting.getAsInt() + glances.size() - 1) / glances.size();
            overdue(limits.contendedIdle(), limits.contendedLife(), now).stream()
                    .limit(share)
                    .forEach(ProxiedConnection::hurry);
        }

        private List<ProxiedConnection> overdue(Duration idle, Duration life, long now) {
            return pairs.entrySet().stream()
                    .filter(pair -> pair.getKey().isServed())
                    .filter(pair ->
                            isOver(idle, now - pair.getValue().lastStir) || isOver(life, now - pair.getValue().begin))
                    .sorted(Comparator.comparingLong(pair -> pair.getValue().lastStir - now))
                    .map(Map.Entry::getKey)
                    .toList();
        }
    }

    private static boolean isOver(Duration limit, long nanos) {
        return !limit.isZero() && nanos >= limit.toNanos();
    }

    private static Duration between(Duration wish) {
        return wish.compareTo(SHORTEST_GLANCE) < 0
                ? SHORTEST_GLANCE
                : wish.compareTo(LONGEST_GLANCE) > 0 ? LONGEST_GLANCE : wish;
    }
}
