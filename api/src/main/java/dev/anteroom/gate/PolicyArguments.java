package dev.anteroom.gate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The arguments that a user wrote in parentheses after a policy's name, in the order written.
 *
 * @param parameters the values by parameter name
 * @param policies the factories of the policies to use inside, by label; a policy without a label has the empty label
 */
public record PolicyArguments(Map<String, String> parameters, Map<String, Supplier<SchedulingPolicy>> policies) {
    /**
     * Copies the maps.
     *
     * @param parameters the values by parameter name
     * @param policies the factories of the policies to use inside, by label
     */
    public PolicyArguments {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        policies = Collections.unmodifiableMap(new LinkedHashMap<>(policies));
    }
}
