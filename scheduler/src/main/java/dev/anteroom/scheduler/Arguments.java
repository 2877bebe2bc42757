package dev.anteroom.scheduler;

import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/** Reads what a user wrote in parentheses after a policy's name; what nobody has read in the end is unknown. */
final class Arguments {
    private final String policy;
    private final Map<String, String> parameters;
    private final Map<String, Supplier<SchedulingPolicy>> policies;

    Arguments(String policy, PolicyArguments arguments) {
        this.policy = policy;
        this.parameters = new LinkedHashMap<>(arguments.parameters());
        this.policies = new LinkedHashMap<>(arguments.policies());
    }

    String policy() {
        return policy;
    }

    boolean has(String name) {
        return parameters.containsKey(name);
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
        return parameters.keySet().stream()
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
        String value = parameters.remove(name);
        return value == null ? otherwise : duration(name, value);
    }

    /** Reads a duration that is given, and may have a minus sign. */
    Duration signedDuration(String name) {
        String value = Objects.requireNonNull(parameters.remove(name), name);
        return value.startsWith("-") ? duration(name, value.substring(1)).negated() : duration(name, value);
    }

    private static Duration duration(String name, String value) {
        try {
            return Durations.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("parameter \"" + name + "\": " + e.getMessage(), e);
        }
    }

    /** Reads a positive whole number, if it is given. */
    int count(String name, int otherwise) {
        String value = parameters.remove(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException(
                    "parameter \"" + name + "\": \"" + value + "\" is not a whole number from 1 to 999999999");
        }
        return Integer.parseInt(value);
    }

    /** Refuses what was not read. */
    void requireNoMore(String... known) {
        if (!parameters.isEmpty()) {
            String unknown = parameters.keySet().iterator().next();
            throw new IllegalArgumentException("policy " + policy + " has no parameter \"" + unknown + "\"; "
                    + (known.length == 0 ? "it takes none" : "known are: " + String.join(", ", known)));
        }
        if (!policies.isEmpty()) {
            throw new IllegalArgumentException("policy " + policy + " takes no policy inside");
        }
    }
}
