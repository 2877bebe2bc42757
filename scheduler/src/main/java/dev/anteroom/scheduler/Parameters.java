package dev.anteroom.scheduler;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** What users write in parentheses after a policy's name. */
final class Parameters {
    private Parameters() {}

    /** Refuses what a policy does not know. */
    static void requireKnown(String policy, Map<String, String> parameters, String... known) {
        for (String name : parameters.keySet()) {
            if (!List.of(known).contains(name)) {
                throw new IllegalArgumentException("policy " + policy + " has no parameter \"" + name + "\"; "
                        + (known.length == 0 ? "it takes none" : "known are: " + String.join(", ", known)));
            }
        }
    }

    /** Reads a duration, if it is given; the message of its error names the parameter. */
    static Duration duration(String name, Map<String, String> parameters, Duration otherwise) {
        String value = parameters.get(name);
        try {
            return value == null ? otherwise : Durations.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("parameter \"" + name + "\": " + e.getMessage(), e);
        }
    }

    /** Reads a positive whole number, if it is given; the message of its error names the parameter. */
    static int count(String name, Map<String, String> parameters, int otherwise) {
        String value = parameters.get(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException(
                    "parameter \"" + name + "\": \"" + value + "\" is not a whole number from 1 to 999999999");
        }
        return Integer.parseInt(value);
    }
}
