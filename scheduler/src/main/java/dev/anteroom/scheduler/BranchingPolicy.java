package dev.anteroom.scheduler;

import dev.anteroom.gate.Admission;
import dev.anteroom.gate.SchedulingPolicy;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A room divided into branches, each in the order of a policy inside. Whose turn it is, and who makes room, the subclasses
 * decide; here is what they have in common: a branch that is owed some of its reserve goes before all turns, and one that is at
 * its cap, or whose own policy admits nobody now, is passed over until that may have changed.
 *
 * <p>A branch is forgotten when nobody of it waits or is served, so that memory is bounded by the room and the slots.
 */
abstract sealed class BranchingPolicy implements SchedulingPolicy permits ClassPriorityPolicy, FairPolicy {
    private final Division division;
    private final Map<Object, Branch> branches = new HashMap<>();

    /** Those that may be served and have less than their reserve, the longest owed first. */
    private final Set<Branch> owed = new LinkedHashSet<>();

    BranchingPolicy(Division division) {
        this.division = division;
    }

    /** Whose turn it is, among those placed as ones that may be served; null if there are none. */
    abstract @Nullable Branch next();

    /** How often each branch that may be served has its turn before the others have theirs again; the next is the first. */
    abstract Map<Branch, Integer> round();

    /**
     * Who gives up on one for a newcomer.
     *
     * @param own its branch, to be returned to leave it to the policy inside
     * @param more 1 if it comes on top of those whom its branch holds, 0 if it is one of them
     */
    abstract Branch branchToDisplace(Branch own, int more);

    /** Puts a branch where it belongs, after it has changed in any way. */
    abstract void place(Branch branch);

    @Override
    public final boolean tracksServed() {
        return division.tracksServed();
    }

    @Override
    public final void enqueue(Admission newcomer, long nowNanos) {
        Branch branch = branches.computeIfAbsent(keyOf(newcomer), division.branch());
        branch.enqueue(newcomer, nowNanos);
        settle(branch);
    }

    @Override
    public final @Nullable Admission dequeue(long nowNanos, Consumer<Admission> shed) {
        Branch branch = owedOrNext();
        while (branch != null) {
            Admission next = branch.dequeue(nowNanos, shed);
            settle(branch);
            if (next != null) {
                return next;
            }
            branch = owedOrNext();
        }
        return null;
    }

    private @Nullable Branch owedOrNext() {
        return owed.isEmpty() ? next() : owed.iterator().next();
    }

    @Override
    public final boolean remove(Admission waiter) {
        Branch branch = branches.get(keyOf(waiter));
        if (branch == null || !branch.remove(waiter)) {
            return false;
        }
        settle(branch);
        return true;
    }

    @Override
    public final @Nullable Admission displace(Admission newcomer, long nowNanos) {
        Object key = keyOf(newcomer);
        Branch present = branches.get(key);
        Branch own = present == null ? division.branch().apply(key) : present;
        Branch yielding = branchToDisplace(own, 1);
        if (yielding != own) {
            Admission displaced = yielding.displaceForAnother(nowNanos);
            settle(yielding);
            return displaced;
        } else if (present == null) {
            return null;
        }
        Admission displaced = own.displace(newcomer, nowNanos);
        settle(own);
        return displaced;
    }

    /**
     * Gives up on one for a newcomer to another room.
     *
     * @param newest of those whom this holds
     */
    final Admission displaceForAnother(Admission newest, long nowNanos) {
        Branch yielding = branchToDisplace(Objects.requireNonNull(branches.get(keyOf(newest))), 0);
        Admission displaced = yielding.displaceForAnother(nowNanos);
        settle(yielding);
        return displaced;
    }

    @Override
    public final void released(Admission admission, long nowNanos) {
        Branch branch = branches.get(keyOf(admission));
        if (branch != null) {
            branch.released(admission, nowNanos);
            settle(branch);
        }
    }

    /** In order of the turns; caps and reserves that those who go before would touch are left out of account. */
    @Override
    public final Iterator<Admission> preview(long nowNanos) {
        Iterator<Branch> passedOver = branches.values().stream()
                .filter(branch -> !branch.mayBeServed())
                .iterator();
        return new Turns(round(), passedOver, nowNanos);
    }

    private Object keyOf(Admission admission) {
        return division.key().apply(admission);
    }

    private void settle(Branch branch) {
        if (branch.isOwed()) {
            owed.add(branch);
        } else {
            owed.remove(branch);
        }
        place(branch);
        if (branch.isIdle()) {
            branches.remove(branch.key);
        }
    }
}
