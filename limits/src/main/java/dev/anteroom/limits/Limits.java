package dev.anteroom.limits;

import dev.anteroom.expression.Expression;
import dev.anteroom.expression.Parameters;
import dev.anteroom.gate.AdmissionGate;
import dev.anteroom.gate.GateListener;
import dev.anteroom.gate.LimitControl;
import dev.anteroom.gate.LimitRule;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parses limits as users write them: {@code 50}, {@code ramp(max=50, over=30s)}, {@code adaptive(min=10, max=500)}.
 */
public final class Limits {
    private static final String ADAPTIVE = "adaptive";
    private static final String ALGORITHMS = "goodput, gradient2, vegas, aimd";
    private static final int MAX = 1000;

    private Limits() {}

    /**
     * Parses a limit, which is written in the grammar of policies.
     *
     * @param text a whole number, {@code ramp(...)} or {@code adaptive(...)}
     * @return a rule whose name is the text
     * @throws IllegalArgumentException if the text is malformed, a name is unknown or an argument is unusable; the
     *     message is one line that gives the column, the fault and the valid values
     */
    public static LimitRule parse(String text) {
        Expression limit = Expression.parse("limit", text);
        Expression inside = limit.name().equals(ADAPTIVE) ? limit.inside().get("") : null;
        Algorithm algorithm = inside == null ? null : located(inside, () -> algorithm(inside));
        return new Named(text.strip(), located(limit, () -> rule(limit, algorithm)));
    }

    private static <T> T located(Expression written, Supplier<T> maker) {
        try {
            return maker.get();
        } catch (IllegalArgumentException e) {
            throw written.fault(String.valueOf(e.getMessage()));
        }
    }

    private static LimitRule rule(Expression written, @Nullable Algorithm algorithm) {
        Parameters parameters = new Parameters("limit " + written.name(), written.parameters());
        if (written.name().equals(ADAPTIVE)) {
            return adaptive(written, parameters, algorithm);
        }
        if (!written.inside().isEmpty()) {
            throw new IllegalArgumentException("limit " + written.name() + " takes nothing inside");
        }
        return written.name().equals("ramp") ? ramp(parameters) : fixed(written.name(), parameters);
    }

    private static LimitRule fixed(String text, Parameters parameters) {
        if (!text.matches("[1-9]\\d{0,6}") || Integer.parseInt(text) > AdmissionGate.MAX_COUNT) {
            throw new IllegalArgumentException("\"" + text + "\" is no limit; write a whole number from 1 to "
                    + AdmissionGate.MAX_COUNT + ", ramp(max=N, over=DURATION) or adaptive(min=N, max=N)");
        }
        parameters.requireNoMore();
        return new Fixed(Integer.parseInt(text));
    }

    private static LimitRule ramp(Parameters parameters) {
        RampLimit ramp = new RampLimit(
                parameters.count("min", 1),
                parameters.count("max", MAX),
                parameters.duration("over", Duration.ofSeconds(30)),
                parameters.count("full", 1),
                parameters.count("failures", RampLimit.FAILURES));
        parameters.requireNoMore("min", "max", "over", "full", "failures");
        return ramp;
    }

    private static LimitRule adaptive(Expression written, Parameters parameters, @Nullable Algorithm algorithm) {
        if (written.inside().size() > (algorithm == null ? 0 : 1)) {
            throw new IllegalArgumentException("limit adaptive takes no more than one algorithm inside: " + ALGORITHMS);
        }
        AdaptiveLimit adaptive = new AdaptiveLimit(
                algorithm == null ? Algorithm.goodput() : algorithm,
                parameters.count("min", 1),
                parameters.count("max", MAX),
                parameters.duration("window", AdaptiveLimit.WINDOW),
                parameters.duration("probe", AdaptiveLimit.PROBE));
        parameters.requireNoMore("min", "max", "window", "probe");
        return adaptive;
    }

    private static Algorithm algorithm(Expression written) {
        if (!written.inside().isEmpty()) {
            throw new IllegalArgumentException("algorithm " + written.name() + " takes nothing inside");
        }
        Parameters parameters = new Parameters("algorithm " + written.name(), written.parameters());
        return switch (written.name()) {
            case "goodput" -> goodput(parameters);
            case "gradient2" -> gradient2(parameters);
            case "vegas" -> vegas(parameters);
            case "aimd" -> aimd(parameters);
            default ->
                throw new IllegalArgumentException(
                        "there is no algorithm \"" + written.name() + "\"; known are: " + ALGORITHMS);
        };
    }

    private static Algorithm goodput(Parameters parameters) {
        parameters.requireNoMore();
        return Algorithm.goodput();
    }

    private static Algorithm gradient2(Parameters parameters) {
        Algorithm algorithm = Algorithm.gradient2(
                parameters.number("tolerance", 1, 10, 1.5),
                parameters.number("smoothing", 0.01, 1, 0.2),
                parameters.count("queue", 4));
        parameters.requireNoMore("tolerance", "smoothing", "queue");
        return algorithm;
    }

    private static Algorithm vegas(Parameters parameters) {
        Algorithm algorithm = Algorithm.vegas(parameters.count("alpha", 3), parameters.count("beta", 6));
        parameters.requireNoMore("alpha", "beta");
        return algorithm;
    }

    private static Algorithm aimd(Parameters parameters) {
        Algorithm algorithm = Algorithm.aimd(
                parameters.duration("timeout", Duration.ofSeconds(5)), parameters.number("backoff", 0.5, 0.99, 0.9));
        parameters.requireNoMore("timeout", "backoff");
        return algorithm;
    }

    /** A number as a rule. */
    private record Fixed(int limit) implements LimitRule {
        @Override
        public @Nullable GateListener govern(LimitControl control) {
            control.limit(limit);
            return null;
        }

        @Override
        public String name() {
            return Integer.toString(limit);
        }
    }

    /** A rule whose name is what the user wrote. */
    private record Named(String name, LimitRule rule) implements LimitRule {
        @Override
        public @Nullable GateListener govern(LimitControl control) {
            return rule.govern(control);
        }
    }
}
