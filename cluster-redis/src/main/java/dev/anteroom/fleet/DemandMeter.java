package dev.anteroom.fleet;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Measures a gate's demand: its peak since the last report, so that a lull of milliseconds costs no slot. */
final class DemandMeter {
    /**
     * The slots that a gate could use.
     *
     * @param served connections that hold a slot
     * @param waiting connections in its waiting room
     * @param need slots that would serve every connection that has arrived lately
     * @param classes the number of waiters in each priority class, as {@code 0:3,10:2}; {@code -} if the fleet ignores
     *     classes
     */
    record Demand(int served, int waiting, int need, String classes) {}

    /** The number of waiters, those to be admitted next, whose class is reported. */
    private static final int MAX_WAITERS = 1000;

    private final AdmissionGate gate;
    private final boolean byClass;
    private GateSnapshot latest;
    private int peak;
    private long refusedBefore;

    DemandMeter(AdmissionGate gate, boolean byClass) {
        this.gate = gate;
        this.byClass = byClass;
        this.latest = gate.snapshot();
        this.refusedBefore = latest.refused();
    }

    /** Takes a snapshot of the gate, and updates the peak. */
    void sample() {
        latest = gate.snapshot();
        peak = Math.max(peak, need());
    }

    /** Counts refused connections as demand: a gate may have no places, and more slots would have served them. */
    private int need() {
        return (int) Math.min(
                AdmissionGate.MAX_COUNT, latest.active() + latest.waiting() + latest.refused() - refusedBefore);
    }

    GateSnapshot latest() {
        return latest;
    }

    /** Returns whether a connection found no free slot. */
    boolean isShort() {
        return need() > latest.active();
    }

    /**
     * Returns the demand since the last call, and starts a new period.
     *
     * @param classes the result of {@link #classes}
     */
    Demand take(String classes) {
        Demand demand = new Demand(latest.active(), latest.waiting(), peak, classes);
        refusedBefore = latest.refused();
        peak = 0;
        return demand;
    }

    /**
     * Returns the number of waiters in each class, or {@code -}. Runs the gate's policy, so the caller must hold no
     * lock.
     */
    String classes() {
        if (!byClass) {
            return "-";
        }
        Map<Integer, Integer> counts = new TreeMap<>(Map.of(0, 0));
        for (Admission waiter : gate.waiters(MAX_WAITERS)) {
            counts.merge(Math.max(0, waiter.priorityClass()), 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .map(count -> count.getKey() + ":" + count.getValue())
                .collect(Collectors.joining(","));
    }
}
