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
 * A turn for each source: deficit round-robin (Shreedhar and Varghese, "Efficient Fair Queuing using Deficit Round Robin",
 * SIGCOMM 1995) with connections for packets, all of the same cost; so a source of weight 3 has three admitted a round, in the
 * order of a policy inside, unless told otherwise first come, first served. One noisy source cannot hold the room: when it is
 * full, the source that holds most of it for its weight gives up on one for a newcomer of a smaller one. That is its newest, as if
 * that had come to a full room, or whom its own policy displaces for it.
 *
 * <p>A cap bounds how many of one source are served at once. A source at its cap is passed over, in whose stead others are
 * served, and has its turn again when one of its own has left. A source is what the gate's {@code sourceKey} makes of an address.
 *
 * <p>Every operation takes time logarithmic in the number of waiters, if those of the policy inside do.
 */
public final class FairPolicy extends BranchingPolicy {
    /** The turns that are left in this round, of those that may be served; the next is the first. */
    private final Map<Branch, Integer> round = new LinkedHashMap<>();

    /** The largest is the last, and of equals the one whose newest waiter is newer. */
    private final TreeSet<Load> loads = new TreeSet<>();

    private final Map<Branch, Load> loadOf = new HashMap<>();

    /** One turn for each source, and no cap. Holds no waiter yet. */
    public FairPolicy() {
        this(FifoPolicy::new, source -> 1, Share.UNCAPPED);
    }

    /**
     * Holds no waiter yet.
     *
     * @param inside makes the policy of each source
     * @param weight how many of a source are admitted in a round, at least 1
     * @param cap how many of a source are served at once, at least 1; {@link Integer#MAX_VALUE} is no cap
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

    /** How much of the room a branch holds; as it was at one moment, to be found again in a tree. */
    private record Load(Branch branch, long size, long newest) implements Comparable<Load> {
        static Load of(Branch branch, int more) {
            return new Load(branch, (long) branch.size() + more, branch.newest());
        }

        /** Relative to the weight, without dividing. */
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
     * Finds it under the name {@code fair}: {@code fair(cap=10, weights=10.0.0.0/8*3, lifo)} bounds how many of a source are served
     * at once, gives some more turns, and has each source in the order of a policy inside. {@code fair(weight.0=3, 0: fifo, default: lifo)} shares out among classes instead of
     * sources, each with a policy of its own, and may give each a weight, a cap and a reserve.
     */
    public static final class Provider implements SchedulingPolicyProvider {
        /** For {@link java.util.ServiceLoader}. */
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
                    "weight.CLASS, cap.CLASS and reserve.CLASS of the classes that have a policy inside, and of default");
            return new FairPolicy(Division.byClass(classes));
        }
    }
}
