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

/**
 * Reads the arguments that a user wrote in parentheses after a policy's name. Arguments that are left unread in the end
 * are unknown ones.
 */
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

    /** Returns the labels of the policies inside that are not read yet, in the order written. */
    List<String> labels() {
        return List.copyOf(policies.keySet());
    }

    /** Reads a policy inside, or returns the default. */
    Supplier<SchedulingPolicy> policy(String label, Supplier<SchedulingPolicy> otherwise) {
        Supplier<SchedulingPolicy> inside = policies.remove(label);
        return inside == null ? otherwise : inside;
    }

    /**
     * Returns the classes for which there is a parameter whose name is the prefix followed by the number of the class.
     */
    List<Integer> classes(String prefix) {
        return parameters.names().stream()
                .filter(name -> name.startsWith(prefix) && isClass(name.substring(prefix.length())))
                .map(name -> Integer.valueOf(name.substring(prefix.length())))
                .toList();
    }

    /** Whether a text is the number of a priority class in canonical form. */
    static boolean isClass(String text) {
        return text.matches("0|[1-9]\\d{0,8}");
    }

    /** Reads a duration, or returns the default. */
    Duration duration(String name, Duration otherwise) {
        return parameters.duration(name, otherwise);
    }

    /** Reads a duration that is given and may have a minus sign. */
    Duration signedDuration(String name) {
        return parameters.signedDuration(name);
    }

    /** Reads a positive whole number, or returns the default. */
    int count(String name, int otherwise) {
        return parameters.count(name, otherwise);
    }

    /** Reads the weights of sources, which are 1 by default. */
    ToIntFunction<Object> weights(String name) {
        String value = parameters.text(name);
        return value == null ? source -> 1 : SourceWeights.parse(value);
    }

    /** Checks that all arguments have been read. */
    void requireNoMore(String... known) {
        parameters.requireNoMore(known);
        if (!policies.isEmpty()) {
            throw new IllegalArgumentException("policy " + policy + " takes no policy inside");
        }
    }
}
