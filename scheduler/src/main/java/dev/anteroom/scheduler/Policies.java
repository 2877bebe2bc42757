package dev.anteroom.scheduler;

import dev.anteroom.expression.Expression;
import dev.anteroom.gate.PolicyArguments;
import dev.anteroom.gate.SchedulingPolicy;
import dev.anteroom.gate.SchedulingPolicyProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.function.Supplier;

/**
 * Creates policies by name: those of this module, and those of any other {@link SchedulingPolicyProvider} on the module
 * path or class path.
 */
public final class Policies {
    private Policies() {}

    /**
     * Creates a policy from an expression, such as {@code fifo}, {@code priority(ageing=30s)}, or, with policies
     * inside, {@code priority(0: fifo, default: fair(adaptive-lifo(target=5ms)))}.
     *
     * @param expression {@code NAME} or {@code NAME(key=value, policy, label: policy, ...)}
     * @return a new policy, for one gate
     * @throws IllegalArgumentException if the expression is malformed, a name is unknown or an argument is unusable;
     *     the message is one line that gives the column, the fault and what is accepted
     */
    public static SchedulingPolicy parse(String expression) {
        return maker(Expression.parse("policy", expression)).get();
    }

    /**
     * Returns a factory of equal policies. The policies inside are created once here, so that their faults are found
     * now.
     */
    private static Supplier<SchedulingPolicy> maker(Expression expression) {
        SchedulingPolicyProvider provider = provider(expression);
        Map<String, Supplier<SchedulingPolicy>> inside = new LinkedHashMap<>();
        expression.inside().forEach((label, policy) -> {
            Supplier<SchedulingPolicy> maker = maker(policy);
            Objects.requireNonNull(maker.get(), policy.name());
            inside.put(label, maker);
        });
        PolicyArguments arguments = new PolicyArguments(expression.parameters(), inside);
        return () -> {
            try {
                return provider.create(arguments);
            } catch (IllegalArgumentException e) {
                throw expression.fault(String.valueOf(e.getMessage()));
            }
        };
    }

    private static SchedulingPolicyProvider provider(Expression expression) {
        for (SchedulingPolicyProvider provider : providers()) {
            if (provider.name().equals(expression.name())) {
                return provider;
            }
        }
        throw expression.fault(
                "there is no policy \"" + expression.name() + "\"; known are: " + String.join(", ", names()));
    }

    /**
     * Returns the names that {@link #parse} knows.
     *
     * @return the names in alphabetical order
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
