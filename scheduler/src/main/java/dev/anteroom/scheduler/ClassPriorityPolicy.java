package dev.anteroom.scheduler;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Admits the most urgent class first, and each class in the order of its own policy. When the room is full, a newcomer
 * displaces a waiter of the least urgent class that waits, if the newcomer is more urgent. Every operation takes time
 * logarithmic in the number of waiters, if those of the policies inside do.
 */
final class ClassPriorityPolicy extends BranchingPolicy {
    private static final Comparator<Branch> URGENCY = Comparator.comparingInt(ClassPriorityPolicy::rank);

    private final TreeSet<Branch> waiting = new TreeSet<>(URGENCY);
    private final TreeSet<Branch> admissible = new TreeSet<>(URGENCY);

    /**
     * Creates an empty policy.
     *
     * @param classes the classes, the most urgent first
     */
    ClassPriorityPolicy(List<ClassPolicy> classes) {
        super(Division.byClass(classes));
    }

    @Override
    @Nullable
    Branch next() {
        return admissible.isEmpty() ? null : admissible.first();
    }

    @Override
    Map<Branch, Integer> round() {
        Map<Branch, Integer> round = new LinkedHashMap<>();
        admissible.forEach(branch -> round.put(branch, Integer.MAX_VALUE));
        return round;
    }

    @Override
    Branch branchToDisplace(Branch own, int more) {
        return !waiting.isEmpty() && rank(waiting.last()) > rank(own) ? waiting.last() : own;
    }

    @Override
    void place(Branch branch) {
        keep(waiting, branch, branch.size() > 0);
        keep(admissible, branch, branch.mayBeServed());
    }

    private static void keep(Set<Branch> set, Branch branch, boolean member) {
        if (member) {
            set.add(branch);
        } else {
            set.remove(branch);
        }
    }

    private static int rank(Branch branch) {
        return (Integer) branch.key;
    }

    @Override
    public String name() {
        return "priority";
    }
}
