package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The policy of one class, inside another policy.
 *
 * @param label the number of the class, or {@code default} for all classes without a policy of their own
 * @param policy creates the policy
 * @param share the share of the slots that the class gets
 */
record ClassPolicy(String label, Supplier<SchedulingPolicy> policy, Share share) {
    private static final String DEFAULT = "default";

    /**
     * Reads the policies of classes, written as {@code 0: fifo, default: lifo, cap.default=40}, in the order written.
     * If there is no {@code default}, the classes without a policy of their own come last, first come, first served.
     *
     * @param weighted whether a class may have a weight too
     * @throws IllegalArgumentException if a label is not a class, or the classes are not in ascending order
     */
    static List<ClassPolicy> readAll(Arguments arguments, boolean weighted) {
        List<ClassPolicy> classes = new ArrayList<>();
        int last = -1;
        for (String label : arguments.labels()) {
            last = requireAscending(arguments.policy(), label, last);
            classes.add(read(label, arguments, weighted));
        }
        if (classes.stream().noneMatch(ClassPolicy::isDefault)) {
            classes.add(read(DEFAULT, arguments, weighted));
        }
        return List.copyOf(classes);
    }

    private static ClassPolicy read(String label, Arguments arguments, boolean weighted) {
        Share share = new Share(
                weighted ? arguments.count("weight." + label, 1) : 1,
                arguments.count("cap." + label, Share.UNCAPPED),
                arguments.count("reserve." + label, 0));
        return new ClassPolicy(label, arguments.policy(label, FifoPolicy::new), share);
    }

    private static int requireAscending(String policy, String label, int last) {
        if (label.equals(DEFAULT)) {
            return last;
        } else if (!Arguments.isClass(label)) {
            throw new IllegalArgumentException(
                    "policy " + policy + " wants the number of a class, or default, before each"
                            + " policy inside, such as 0: fifo; was \"" + label + "\"");
        } else if (Integer.parseInt(label) <= last) {
            throw new IllegalArgumentException(
                    "policy " + policy + " wants the more urgent classes first; " + label + " comes after " + last);
        }
        return Integer.parseInt(label);
    }

    boolean isDefault() {
        return label.equals(DEFAULT);
    }

    boolean tracksServed() {
        return share.tracksServed() || policy.get().tracksServed();
    }
}
