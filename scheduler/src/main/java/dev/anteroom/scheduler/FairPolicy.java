package dev.anteroom.scheduler;

import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives each source a turn. This is deficit round-robin (Shreedhar and Varghese, "Efficient Fair Queuing using Deficit
 * Round Robin", SIGCOMM 1995) with connections of equal cost in the place of packets. A source of weight 3 has three
 * connections admitted in a round. Each source is in the order of a policy inside, by default first come, first served.
 * No single source can fill the waiting room for good: when it is full, a newcomer displaces a waiter of the source
 * with the most waiters relative to its weight, if the newcomer's own source has fewer. The displaced waiter is chosen
 * as if the newest of that source had come to a full room: the newest itself, or the one that its policy displaces for
 * it.
 *
 * <p>A cap bounds how many connections of one source are served at once. A source at its cap is passed over in favor of
 * others, and has its turn again when one of its connections has left. A source is the result of the gate's {@code
 * sourceKey} for an address.
 *
 * <p>Every operation takes time logarithmic in the number of waiters, if those of the policy inside do.
 */
public final class FairPolicy extends BranchingPolicy {
    /** The turns left in this round of each branch that may be served, the next branch first. */
    private final Map<Branch, Integer> round = new LinkedHashMap<>();

    /**
     * The loads of the branches that have waiters, in ascending order. Of equal loads, the one whose newest waiter is
     * newer is last.
     */
    private final TreeSet<Load> loads = new TreeSet<>();

    private final Map<Branch, Load> loadOf = new HashMap<>();

    /** Creates an empty policy that gives each source one turn in a round, without a cap. */
    public FairPolicy() {
        this(FifoPolicy::new, source -> 1, Share.UNCAPPED);
    }

    /**
     * Creates an empty policy.
     *
     * @param inside creates the policy of each source
     * @param weight how many connections of a source are admitted in a round, at least 1
     * @param cap how many connections of a source are served at once, at least 1; {@link Integer#MAX_VALUE} means no
     *     cap
     * @throws IllegalArgumentException if the cap is out of bounds
     */
    public FairPolicy(Supplier<? extends SchedulingPolicy> inside, ToIntFunction<Object> weight, int cap) {
        this(Division.bySource(inside, weight, cap));
    }

    private FairPolicy(Division division) {
        super(division);
    }

    @Override
    @Nullable
    Branch next() {
        if (round.isEmpty()) {
            return null;
        }
        Branch branch = round.keySet().iterator().next();
        round.computeIfPresent(branch, (same, turns) -> turns == 1 ? null : turns - 1);
        return branch;
    }

    @Override
    Map<Branch, Integer> round() {
        return round;
    }

    @Override
    Branch branchToDisplace(Branch own, int more) {
        boolean yields = !loads.isEmpty() && Load.of(own, more).compareSize(loads.last()) < 0;
        return yields ? loads.last().branch : own;
    }

    @Override
    void place(Branch branch) {
        Load before = loadOf.remove(branch);
        if (before != null) {
            loads.remove(before);
        }
        if (branch.size() > 0) {
            Load now = Load.of(branch, 0);
            loads.add(now);
            loadOf.put(branch, now);
        }
        if (branch.mayBeServed()) {
            round.putIfAbsent(branch, branch.share.weight());
        } else {
            round.remove(branch);
        }
    }

    @Override
    public String name() {
        return "fair";
    }

    /**
     * The part of the waiting room that a branch takes up. It is a copy of one moment, so that it can be found again in
     * a tree.
     */
    private record Load(Branch branch, long size, long newest) implements Comparable<Load> {
        static Load of(Branch branch, int more) {
            return new Load(branch, (long) branch.size() + more, branch.newest());
        }

        /** Compares the sizes relative to the weights, without dividing. */
        int compareSize(Load other) {
            return Long.compare(size * other.branch.share.weight(), other.size * branch.share.weight());
        }

        @Override
        public int compareTo(Load other) {
            int bySize = compareSize(other);
            return bySize == 0 ? Long.compare(newest, other.newest) : bySize;
        }
    }

    /**
     * Provides {@code fair}. {@code fair(cap=10, weights=10.0.0.0/8*3, lifo)} bounds how many connections of a source
     * are served at once, gives some sources more turns, and puts each source in the order of a policy inside. {@code
     * fair(weight.0=3, 0: fifo, default: lifo)} divides slots among classes instead of sources. Each class has its own
     * policy, and may have a weight, a cap and a reserve.
     */
    public static final class Provider implements SchedulingPolicyProvider {
        /** Called by {@link java.util.ServiceLoader}. */
        public Provider() {}

        @Override
        public String name() {
            return "fair";
        }

        @Override
        public SchedulingPolicy create(PolicyArguments written) {
            Arguments arguments = new Arguments("fair", written);
            if (arguments.labels().isEmpty() || arguments.labels().equals(List.of(""))) {
                Division division = Division.bySource(
                        arguments.policy("", FifoPolicy::new),
                        arguments.weights("weights"),
                        arguments.count("cap", Share.UNCAPPED));
                arguments.requireNoMore(
                        "cap",
                        "weights",
                        "and beside classes with a policy of their own weight.CLASS, cap.CLASS, reserve.CLASS");
                return new FairPolicy(division);
            }
            List<ClassPolicy> classes = ClassPolicy.readAll(arguments, true);
            arguments.requireNoMore(
                    "weight.CLASS, cap.CLASS and reserve.CLASS of the classes that have a policy inside,"
                            + " and of default");
            return new FairPolicy(Division.byClass(classes));
        }
    }
}
