package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AdaptiveLimit} at work on one gate. Thread-safe. The gate is not touched under our lock, since to move its limit admits, and
 * so runs user code; of two threads that move it at once the one that is late finds so, and moves it again.
 */
final class Adaptation implements GateListener {
    /** A probe that takes longer, or half of the time until the next, is given up, and with it the hope for a baseline for now. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AdaptiveLimit rule;
    private final LimitControl control;
    private final long beginNanos;

    // Guarded by this.
    private Limit algorithm;
    private Limit windows;
    private @Nullable Baseline probe;
    private long lastProbeNanos;
    private long lastServiceNanos;

    Adaptation(AdaptiveLimit rule, LimitControl control) {
        this.rule = rule;
        this.control = control;
        beginNanos = control.clock().nanoTime();
        lastProbeNanos = beginNanos;
        int initial = rule.range.clamp(control.limit());
        algorithm = make(initial);
        windows = windowed(algorithm);
        probe = rule.algorithm.warmUp() == 0 ? null : new Baseline(initial, beginNanos);
    }

    private Limit make(int initial) {
        return rule.algorithm.maker().make(initial, rule.range.min(), rule.range.max());
    }

    private Limit windowed(Limit limit) {
        return WindowedLimit.newBuilder()
                .minWindowTime(rule.windowNanos, TimeUnit.NANOSECONDS)
                .maxWindowTime(rule.windowNanos, TimeUnit.NANOSECONDS)
                .minRttThreshold(0, TimeUnit.NANOSECONDS)
                .build(limit);
    }

    @Override
    public synchronized void admitted(Admission admission) {
        if (probe != null) {
            probe.admitted(admission);
        }
    }

    @Override
    public void released(Admission admission) {
        hear(admission, control.active(), control.clock().nanoTime());
        apply();
    }

    private synchronized void hear(Admission admission, int active, long now) {
        if (probe != null) {
            probe.released(admission);
            endProbe(probe, now);
        } else if (admission.hasFailed()) {
            failed(active, now);
        } else if (admission.serviceNanos() > 0) {
            lastServiceNanos = admission.serviceNanos();
            windows.onSample(since(now) - lastServiceNanos, lastServiceNanos, active, false);
            beginProbe(now);
        }
    }

    /** How long it took says nothing: as long as the last good one, then. */
    private void failed(int active, long now) {
        if (rule.algorithm.heedsFailures() && lastServiceNanos > 0) {
            windows.onSample(since(now) - lastServiceNanos, lastServiceNanos, active, true);
        }
    }

    /** The library takes times to be positive. */
    private long since(long now) {
        return now - beginNanos;
    }

    private void beginProbe(long now) {
        if (rule.algorithm.warmUp() > 0 && now - lastProbeNanos >= rule.probeNanos) {
            probe = new Baseline(rule.range.clamp(algorithm.getLimit() / 2.0), now);
        }
    }

    private void endProbe(Baseline current, long now) {
        boolean isKnown = current.isKnown();
        if (!isKnown && !current.isOverdue(now, Math.min(PATIENCE_NANOS, rule.probeNanos / 2))) {
            return;
        }
        if (isKnown) {
            algorithm = make(rule.range.clamp(algorithm.getLimit()));
            lastServiceNanos = current.meanNanos();
            for (int i = 0; i < rule.algorithm.warmUp(); i++) {
                algorithm.onSample(since(now) - lastServiceNanos, lastServiceNanos, 0, false);
            }
        }
        windows = windowed(algorithm);
        lastProbeNanos = now;
        probe = null;
    }

    private synchronized int wanted() {
        return probe != null ? probe.limit() : rule.range.clamp(algorithm.getLimit());
    }

    /** Moves the gate's limit to where it should be, which may change meanwhile. */
    void apply() {
        int wanted = wanted();
        while (wanted != control.limit() && control.limit(wanted)) {
            wanted = wanted();
        }
    }
}
