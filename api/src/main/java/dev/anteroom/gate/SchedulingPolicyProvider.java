package dev.anteroom.gate;

import java.util.Map;

/** A kind of policy that is found by its name through {@link java.util.ServiceLoader}. */
public interface SchedulingPolicyProvider {
    /**
     * The name by which users choose it.
     *
     * @return a short lower-case word, such as {@code fifo}
     */
    String name();

    /**
     * Makes a policy for one gate.
     *
     * @param parameters what the user wrote beside the name, by parameter name; an empty map if nothing
     * @return a new policy
     * @throws IllegalArgumentException if a parameter is unknown or its value unusable; the message says which and what
     *     would do
     */
    SchedulingPolicy create(Map<String, String> parameters);
}
