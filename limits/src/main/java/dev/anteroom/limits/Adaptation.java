package dev.anteroom.limits;

import com.netflix.concurrency.limits.Limit;
import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AdaptiveLimit} at work on one gate. Thread-safe. The gate's limit is moved outside the lock of this object,
 * because moving it admits connections, which runs user code. When two threads move it at once, the later one sees
 * that the wanted limit has changed and moves it again.
 *
 * <p>Each service is taken into account when it ends. A task of the clock notices when services end no more, and
 * treats all services in progress as failed.
 */
final class Adaptation implements GateListener {
    /**
     * A probe that takes longer than this, or than half of the time until the next probe, is given up. The algorithm
     * then keeps its old baseline.
     */
    private static final long PROBE_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The factor by which a window of failures shrinks the limit of an algorithm that ignores failures. */
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
        record(admission, control.clock().nanoTime());
        apply();
    }

    /** Checks for stalled services and schedules the next check, until the gate is given another limit. */
    void tick() {
        boolean isOurs = true;
        try {
            handleStall(control.clock().nanoTime());
            isOurs = control.limit(wanted()) && apply();
        } finally {
            if (isOurs) {
                control.clock().schedule(rule.windowNanos, this::tick);
            }
        }
    }

    private synchronized void handleStall(long now) {
        int count = inFlight.count();
        if (inFlight.haveStalled(now, rule.windowNanos)) {
            endProbe(now, true);
            for (int i = 0; i < Math.max(Windows.LEAST_SERVICES, 2 * count); i++) {
                sample(lastServiceNanos, count, true, now);
            }
        }
    }

    private synchronized void record(Admission admission, long now) {
        int atOnce = inFlight.end(admission, now);
        if (probe != null) {
            probe.released(admission);
            endProbe(now, false);
        } else if (admission.hasFailed()) {
            sample(lastServiceNanos, atOnce, true, now);
        } else if (admission.serviceNanos() > 0) {
            lastServiceNanos = admission.serviceNanos();
            sample(lastServiceNanos, atOnce, false, now);
            beginProbe(now);
        }
    }

    /**
     * Gives a service to the algorithm. The duration of a failed service says nothing about the upstream, so callers
     * pass that of the last good one.
     */
    private void sample(long serviceNanos, int atOnce, boolean failed, long now) {
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
            window.reportTo(algorithm, since(now));
        } else {
            algorithm = make(algorithm.getLimit() * BACK_OFF);
        }
        window = newWindow(now);
    }

    /** Returns a time relative to the start, because the library expects times to be positive. */
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
        boolean overdue = giveUp || current.isOverdue(now, Math.min(PROBE_TIMEOUT_NANOS, rule.probeNanos / 2));
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
     * Moves the gate's limit to the wanted one, which may change meanwhile. Returns false if the gate has been given
     * another limit.
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
