package dev.anteroom.gate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What a user wrote in parentheses after a policy's name, each in the order written.
 *
 * @param parameters values by the name of the parameter
 * @param policies makers of the policies to be used inside, by their labels; one without a label has the empty one
 */
public record PolicyArguments(Map<String, String> parameters, Map<String, Supplier<SchedulingPolicy>> policies) {
    /**
     * Copies the maps.
     *
     * @param parameters values by the name of the parameter
     * @param policies makers of the policies to be used inside, by their labels
     */
    public PolicyArguments {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
    }
}
