package dev.anteroom.testkit;

import dev.anteroom.gate.SchedulingPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run of the suite on a policy that may be faulty. */
class SuiteRun extends PolicySuite {
    private final Supplier<SchedulingPolicy> policies;
    private final Supplier<@Nullable SchedulingPolicy> models;

    SuiteRun(Supplier<SchedulingPolicy> policies) {
        this(policies, () -> null);
    }

    SuiteRun(Supplier<SchedulingPolicy> policies, Supplier<@Nullable SchedulingPolicy> models) {
        this.policies = policies;
        this.models = models;
    }

    @Override
    protected SchedulingPolicy policy() {
        return policies.get();
    }

    @Override
    protected @Nullable SchedulingPolicy model() {
        return models.get();
    }

    /**
     * Runs every test except those with very many waiters.
     *
     * @return the names of the tests that failed, and the reasons
     */
    static Map<String, Throwable> failures(PolicySuite suite) {
        return failures(suite, test -> !test.isAnnotationPresent(Tag.class));
    }

    /** Runs one test. */
    static Set<String> failures(String test, PolicySuite suite) {
        return failures(suite, method -> method.getName().equals(test)).keySet();
    }

    private static Map<String, Throwable> failures(PolicySuite suite, Predicate<Method> which) {
        Map<String, Throwable> failures = new TreeMap<>();
        Arrays.stream(PolicySuite.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class) && which.test(method))
                .forEach(method -> run(method, suite, failures));
        return failures;
    }

    private static void run(Method test, PolicySuite suite, Map<String, Throwable> failures) {
        try {
            test.invoke(suite);
        } catch (InvocationTargetException e) {
            failures.put(test.getName(), e.getCause());
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
