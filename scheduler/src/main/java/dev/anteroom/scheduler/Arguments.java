package dev.anteroom.scheduler;

import dev.anteroom.expression.Parameters;
import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;

/** Reads what a user wrote in parentheses after a policy's name; what nobody has read in the end is unknown. */
final class Arguments {
    private final String policy;
    private final Parameters parameters;
    private final Map<String, Supplier<SchedulingPolicy>> policies;

    Arguments(String policy, PolicyArguments arguments) {
        this.policy = policy;
        this.parameters = new Parameters("policy " + policy, arguments.parameters());
        this.policies = new LinkedHashMap<>(arguments.policies());
    }

    String policy() {
        return policy;
    }

    boolean has(String name) {
        return parameters.names().contains(name);
    }

    /** The labels of the policies inside that are not read yet, in the order written. */
    List<String> labels() {
        return List.copyOf(policies.keySet());
    }

    /** Reads a policy inside, if it is given. */
    Supplier<SchedulingPolicy> policy(String label, Supplier<SchedulingPolicy> otherwise) {
        Supplier<SchedulingPolicy> inside = policies.remove(label);
        return inside == null ? otherwise : inside;
    }

    /** The classes for which a parameter is given whose name is a prefix and the number of the class. */
    List<Integer> classes(String prefix) {
        return parameters.names().stream()
                .filter(name -> name.startsWith(prefix) && isClass(name.substring(prefix.length())))
                .map(name -> Integer.valueOf(name.substring(prefix.length())))
                .toList();
    }

    /** Whether a text is the number of a priority class, in its one form. */
    static boolean isClass(String text) {
        return text.matches("0|[1-9]\\d{0,8}");
    }

    /** Reads a duration, if it is given. */
    Duration duration(String name, Duration otherwise) {
        return parameters.duration(name, otherwise);
    }

    /** Reads a duration that is given, and may have a minus sign. */
    Duration signedDuration(String name) {
        return parameters.signedDuration(name);
    }

    /** Reads a positive whole number, if it is given. */
    int count(String name, int otherwise) {
        return parameters.count(name, otherwise);
    }

    /** Reads weights of sources, all of which are 1 if they are not given. */
    ToIntFunction<Object> weights(String name) {
        String value = parameters.text(name);
        return value == null ? source -> 1 : SourceWeights.parse(value);
    }

    /** Refuses what was not read. */
    void requireNoMore(String... known) {
        parameters.requireNoMore(known);
        if (!policies.isEmpty()) {
            throw new IllegalArgumentException("policy " + policy + " takes no policy inside");
        }
    }
}
