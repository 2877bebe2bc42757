package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Strict priority of the classes 0, 1 and all others; with first come, first served in each but class 1, where it is last come,
 * first served; each with a cap and a reserve. Everything is counted anew each time.
 */
final class BranchingModel extends ListModel {
    private final Map<Integer, Integer> caps;
    private final Map<Integer, Integer> reserves;
    private final List<Admission> served = new ArrayList<>();

    /** Those that have had less than their reserve while they waited, in the order in which that began. */
    private final List<Integer> owed = new ArrayList<>();

    BranchingModel(Map<Integer, Integer> caps, Map<Integer, Integer> reserves) {
        this.caps = caps;
        this.reserves = reserves;
    }

    private static int branch(Admission admission) {
        return Math.min(2, admission.priorityClass());
    }

    @Override
    public boolean tracksServed() {
        return !caps.isEmpty() || !reserves.isEmpty();
    }

    @Override
    public void enqueue(Admission newcomer, long nowNanos) {
        super.enqueue(newcomer, nowNanos);
        settle();
    }

    @Override
    public @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        Admission next = waiters.stream()
                .filter(waiter -> owed.isEmpty() ? mayBeServed(branch(waiter)) : branch(waiter) == owed.get(0))
                .min(Comparator.comparingInt(BranchingModel::branch).thenComparing(BranchingModel::compareInBranch))
                .orElse(null);
        if (next != null) {
            waiters.remove(next);
            served.add(next);
            settle();
        }
        return next;
    }

    private static int compareInBranch(Admission a, Admission b) {
        int inOrderOfArrival = Long.compare(a.sequence(), b.sequence());
        return branch(a) == 1 ? -inOrderOfArrival : inOrderOfArrival;
    }

    @Override
    public boolean remove(Admission waiter) {
        boolean held = super.remove(waiter);
        settle();
        return held;
    }

    @Override
    public @Nullable Admission displace(Admission newcomer, long nowNanos) {
        Admission last = waiters.stream()
                .max(Comparator.comparingInt(BranchingModel::branch).thenComparingLong(Admission::sequence))
                .orElse(null);
        if (last == null || branch(last) <= branch(newcomer)) {
            return null;
        }
        remove(last);
        return last;
    }

    @Override
    public void released(Admission admission, long nowNanos) {
        served.remove(admission);
        settle();
    }

    private void settle() {
        for (Integer branch : List.of(0, 1, 2)) {
            boolean isOwed = mayBeServed(branch) && count(branch, served) < reserves.getOrDefault(branch, 0);
            if (!isOwed) {
                owed.remove(branch);
            } else if (!owed.contains(branch)) {
                owed.add(branch);
            }
        }
    }

    private boolean mayBeServed(int branch) {
        return count(branch, waiters) > 0 && count(branch, served) < caps.getOrDefault(branch, Integer.MAX_VALUE);
    }

    private static long count(int branch, List<Admission> admissions) {
        return admissions.stream()
                .filter(admission -> branch(admission) == branch)
                .count();
    }
}
