package dev.anteroom.gate;

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
     * @param arguments what the user wrote beside the name
     * @return a new policy
     * @throws IllegalArgumentException if an argument is unknown or its value unusable; the message says which and what
     *     would do
     */
    SchedulingPolicy create(PolicyArguments arguments);
}
