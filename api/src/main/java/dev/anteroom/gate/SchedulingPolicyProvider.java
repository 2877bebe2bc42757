package dev.anteroom.gate;

/** Creates policies of one kind. Providers are found by name through {@link java.util.ServiceLoader}. */
public interface SchedulingPolicyProvider {
    /**
     * Returns the name by which users choose the policy.
     *
     * @return a short lower-case word, such as {@code fifo}
     */
    String name();

    /**
     * Creates a policy for one gate.
     *
     * @param arguments the arguments that the user wrote after the name
     * @return a new policy
     * @throws IllegalArgumentException if an argument is unknown or its value is unusable; the message names the
     *     argument and says what is accepted
     */
    SchedulingPolicy create(PolicyArguments arguments);
}
