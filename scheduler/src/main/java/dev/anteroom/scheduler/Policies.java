package dev.anteroom.scheduler;

import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.util.List;
import java.util.ServiceLoader;

/** The policies that are known by a name: those here, and those of any {@link SchedulingPolicyProvider} that is found. */
public final class Policies {
    private Policies() {}

    /**
     * Makes a policy from what a user wrote: {@code fifo}, or {@code priority(ageing=30s)}.
     *
     * @param expression {@code NAME} or {@code NAME(key=value, ...)}
     * @return a new policy, for one gate
     * @throws IllegalArgumentException if the expression is malformed, the name unknown or a parameter unusable; the message
     *     is one line that says which and what would do
     */
    public static SchedulingPolicy parse(String expression) {
        PolicyExpression parsed = PolicyExpression.parse(expression);
        for (SchedulingPolicyProvider provider : providers()) {
            if (provider.name().equals(parsed.name())) {
                return provider.create(parsed.parameters());
            }
        }
        throw new IllegalArgumentException(
                "there is no policy \"" + parsed.name() + "\"; known are: " + String.join(", ", names()));
    }

    /**
     * The names that {@link #parse} knows.
     *
     * @return in alphabetical order
     */
    public static List<String> names() {
        return providers().stream()
                .map(provider -> provider.get().name())
                .distinct()
                .sorted()
                .toList();
    }

    private static ServiceLoader<SchedulingPolicyProvider> providers() {
        return ServiceLoader.load(SchedulingPolicyProvider.class);
    }
}
