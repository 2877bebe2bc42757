package dev.anteroom.fleet;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateSnapshot;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Tells what a gate could do with: the most of it since it was told last, so that a lull of milliseconds costs no slot. */
final class DemandMeter {
    /** Of how many waiters the class is told: those who would be admitted next. */
    private static final int MOST = 1000;

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

    /** Looks at the gate. */
    void look() {
        latest = gate.snapshot();
        peak = Math.max(peak, need());
    }

    /** Those who were refused would have been served: a gate may have no waiting places. */
    private int need() {
        return (int) Math.min(
                AdmissionGate.MAX_COUNT, latest.active() + latest.waiting() + latest.refused() - refusedBefore);
    }

    GateSnapshot latest() {
        return latest;
    }

    /** Whether somebody was there for whom there was no slot. */
    boolean isShort() {
        return need() > latest.active();
    }

    /**
     * What has been needed since this was called last.
     *
     * @param classes of the waiters, as {@link #classes} found them
     */
    Demand take(String classes) {
        Demand demand = new Demand(latest.active(), latest.waiting(), peak, classes);
        refusedBefore = latest.refused();
        peak = 0;
        return demand;
    }

    /** How many wait of each class, if that matters. Asks the gate's policy, so no lock may be held. */
    String classes() {
        if (!byClass) {
            return "-";
        }
        Map<Integer, Integer> counts = new TreeMap<>(Map.of(0, 0));
        for (Admission waiter : gate.waiters(MOST)) {
            counts.merge(Math.max(0, waiter.priorityClass()), 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .map(count -> count.getKey() + ":" + count.getValue())
                .collect(Collectors.joining(","));
    }
}
