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
 * Divides the waiting room into branches, each in the order of a policy inside. Subclasses decide which branch has its
 * turn, and which branch gives up a waiter for a newcomer. Common to them is that a branch with less than its reserve
 * of slots goes before all turns, and that a branch is passed over while it is at its cap, or after its own policy has
 * admitted no waiter, until that may have changed.
 *
 * <p>A branch is removed when it has no waiting and no served connection, so memory is bounded by the number of places
 * and slots.
 */
abstract sealed class BranchingPolicy implements SchedulingPolicy permits ClassPriorityPolicy, FairPolicy {
    private final Division division;
    private final Map<Object, Branch> branches = new HashMap<>();

    /** The branches that may be served and have less than their reserve, the longest owed first. */
    private final Set<Branch> owed = new LinkedHashSet<>();

    BranchingPolicy(Division division) {
        this.division = division;
    }

    /**
     * Takes the next turn. Returns the branch to serve, or null if {@link #place} has recorded none that may be served.
     */
    abstract @Nullable Branch next();

    /** Returns the turns that each branch which may be served has left in this round, the next branch first. */
    abstract Map<Branch, Integer> round();

    /**
     * Returns the branch that gives up a waiter for a newcomer.
     *
     * @param own the newcomer's branch, which is returned to leave the choice to the policy inside
     * @param more 1 if the newcomer comes on top of the waiters of its branch, 0 if it is one of them
     */
    abstract Branch branchToDisplace(Branch own, int more);

    /** Updates the position of a branch after any change. */
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
     * Removes and returns a waiter to make room for a newcomer of another branch of the policy outside.
     *
     * @param newest the newest waiter of this policy
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

    /**
     * Lists the waiters in the order of the turns. Ignores that the waiters listed first would use up caps and
     * reserves.
     */
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
