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

    /** Reads a duration; the message of its error names the parameter. */
    static Duration duration(String name, String value) {
        try {
            return Durations.parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("parameter \"" + name + "\": " + e.getMessage(), e);
        }
    }
}
