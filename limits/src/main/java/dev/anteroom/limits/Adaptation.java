package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AdaptiveLimit} at work on one gate. Thread-safe. The gate is not touched under our lock, since to move
 * its limit admits, and so runs user code; of two threads that move it at once the one that is late finds so, and
 * moves it again.
 *
 * <p>Services tell of themselves when they end. That none ends any more is noticed by the clock's task, and counts as
 * if all in flight had failed.
 */
final class Adaptation implements GateListener {
    /**
     * A probe that takes longer, or half of the time until the next, is given up, and with it the hope for a baseline
     * for now.
     */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** What is left of the limit after a window of failures, with an algorithm that does not heed them. */
    private static final double BACK_OFF = 0.9;

    private final AdaptiveLimit rule;
    private final LimitControl control;
    private final long beginNanos;

    // Guarded by this.
    private final InFlight inFlight;
    private Limit algorithm;
    private Windows window;
    private @Nullable Baseline probe;
    private long lastProbeNanos;
    private long lastServiceNanos;

    Adaptation(AdaptiveLimit rule, LimitControl control) {
        this.rule = rule;
        this.control = control;
        beginNanos = control.clock().nanoTime();
        lastProbeNanos = beginNanos;
        inFlight = new InFlight();
        int initial = rule.range.clamp(control.limit());
        algorithm = make(initial);
        window = newWindow(beginNanos);
        probe = rule.algorithm.warmUp() == 0 ? null : new Baseline(initial, beginNanos);
    }

    private Limit make(double initial) {
        return rule.algorithm.maker().make(rule.range.clamp(initial), rule.range.min(), rule.range.max());
    }

    private Windows newWindow(long now) {
        return new Windows(rule.windowNanos, now);
    }

    @Override
    public synchronized void admitted(Admission admission) {
        inFlight.begin(admission, control.active(), control.clock().nanoTime());
        if (probe != null) {
            probe.admitted(admission);
        }
    }

    @Override
    public void released(Admission admission) {
        hear(admission, control.clock().nanoTime());
        apply();
    }

    /** Looks after services that do not end, now and again later, for as long as the gate is ours. */
    void tick() {
        boolean isOurs = true;
        try {
            lookAfterStalled(control.clock().nanoTime());
            isOurs = control.limit(wanted()) && apply();
        } finally {
            if (isOurs) {
                control.clock().schedule(rule.windowNanos, this::tick);
            }
        }
    }

    private synchronized void lookAfterStalled(long now) {
        int count = inFlight.count();
        if (inFlight.haveStalled(now, rule.windowNanos)) {
            endProbe(now, true);
            for (int i = 0; i < Math.max(Windows.LEAST_SERVICES, 2 * count); i++) {
                hear(lastServiceNanos, count, true, now);
            }
        }
    }

    private synchronized void hear(Admission admission, long now) {
        int atOnce = inFlight.end(admission, now);
        if (probe != null) {
            probe.released(admission);
            endProbe(now, false);
        } else if (admission.hasFailed()) {
            hear(lastServiceNanos, atOnce, true, now);
        } else if (admission.serviceNanos() > 0) {
            lastServiceNanos = admission.serviceNanos();
            hear(lastServiceNanos, atOnce, false, now);
            beginProbe(now);
        }
    }

    /** A failure's own time says nothing: it counts as long as the last good service. */
    private void hear(long serviceNanos, int atOnce, boolean failed, long now) {
        if (serviceNanos == 0 || atOnce == 0) {
            return;
        }
        if (!rule.algorithm.windowed()) {
            algorithm.onSample(since(now) - serviceNanos, serviceNanos, atOnce, failed);
            return;
        }
        window.add(serviceNanos, atOnce, failed);
        if (window.isComplete(now)) {
            endWindow(now);
        }
    }

    private void endWindow(long now) {
        if (rule.algorithm.heedsFailures() || !window.hasFailed()) {
            window.tell(algorithm, since(now));
        } else {
            algorithm = make(algorithm.getLimit() * BACK_OFF);
        }
        window = newWindow(now);
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

    private void endProbe(long now, boolean giveUp) {
        Baseline current = probe;
        if (current == null) {
            return;
        }
        boolean overdue = giveUp || current.isOverdue(now, Math.min(PATIENCE_NANOS, rule.probeNanos / 2));
        if (!current.isKnown() && !overdue) {
            return;
        }
        if (current.isKnown()) {
            algorithm = make(algorithm.getLimit());
            lastServiceNanos = current.meanNanos();
            for (int i = 0; i < rule.algorithm.warmUp(); i++) {
                algorithm.onSample(since(now) - lastServiceNanos, lastServiceNanos, 0, false);
            }
        }
        window = newWindow(now);
        lastProbeNanos = now;
        probe = null;
    }

    private synchronized int wanted() {
        return probe != null ? probe.limit() : rule.range.clamp(algorithm.getLimit());
    }

    /**
     * Moves the gate's limit to where it should be, which may change meanwhile; false if the gate is not ours any
     * more.
     */
    boolean apply() {
        boolean isOurs = true;
        int wanted = wanted();
        while (isOurs && wanted != control.limit()) {
            isOurs = control.limit(wanted);
            wanted = wanted();
        }
        return isOurs;
    }
}
