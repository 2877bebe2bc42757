package dev.anteroom.limits;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.GateSnapshot;
import dev.anteroom.gate.LimitControl;
import java.util.concurrent.TimeUnit;

/**
 * A {@link RampLimit} at work on one gate. Thread-safe: any thread may report the end of a service, and only the task
 * of the clock moves the limit, so two threads never do so at once.
 */
final class Ramp implements GateListener {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final RampLimit rule;
    private final LimitControl control;

    // Guarded by this.
    private int failuresInRow;
    private boolean away;
    private long backNanos;

    Ramp(RampLimit rule, LimitControl control) {
        this.rule = rule;
        this.control = control;
        backNanos = control.clock().nanoTime();
    }

    @Override
    public void released(Admission admission) {
        if (admission.hasFailed()) {
            failed();
        } else {
            succeeded();
        }
    }

    private synchronized void failed() {
        if (failuresInRow < rule.failures && ++failuresInRow == rule.failures) {
            away = true;
        }
    }

    private synchronized void succeeded() {
        failuresInRow = 0;
        if (away) {
            away = false;
            backNanos = control.clock().nanoTime();
        }
    }

    /** Moves the limit and schedules the next move, until the gate is given another limit. */
    void tick() {
        boolean ours = true;
        try {
            ours = control.limit(rule.range.clamp(rule.range.max() * warmth() * load()));
        } finally {
            if (ours) {
                control.clock().schedule(TICK_NANOS, this::tick);
            }
        }
    }

    private synchronized double warmth() {
        long since = control.clock().nanoTime() - backNanos;
        return away ? 0 : Math.min(1, (double) since / rule.overNanos);
    }

    private double load() {
        if (rule.full == 1) {
            return 1;
        }
        GateSnapshot gate = control.snapshot();
        return Math.min(1, ((double) gate.active() + gate.waiting()) / rule.full);
    }
}
