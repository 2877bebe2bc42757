package dev.anteroom.simulator;

import dev.anteroom.expression.Durations;
import java.util.SplittableRandom;

/**
 * A distribution of durations. It uses {@code StrictMath} throughout, so that a seed gives the same load on every
 * machine.
 */
@FunctionalInterface
interface Distribution {
    /** A duration that does not end. */
    long NEVER = Long.MAX_VALUE;

    /** The patience of clients that never give up. */
    Distribution NONE = random -> NEVER;

    /** The forms that {@link #parse} reads. */
    String FORMS = "exponential:MEAN, constant:TIME, uniform:LEAST-MOST, pareto:MEAN:SHAPE or lognormal:MEAN:SIGMA";

    /** Draws a duration in nanoseconds, which is not negative. */
    long draw(SplittableRandom random);

    /**
     * Parses a distribution.
     *
     * @throws IllegalArgumentException if the text is not one of {@link #FORMS}; the message is one line
     */
    static Distribution parse(String text) {
        String[] parts = text.split("[:-]", -1);
        return switch (text.replaceAll("[^:-]+", "x") + " " + parts[0]) {
            case "x:x constant" -> constant(nanos(parts[1]));
            case "x:x exponential" -> exponential(nanos(parts[1]));
            case "x:x-x uniform" -> uniform(nanos(parts[1]), nanos(parts[2]));
            case "x:x:x pareto" -> pareto(nanos(parts[1]), Numbers.parse(parts[2]));
            case "x:x:x lognormal" -> lognormal(nanos(parts[1]), Numbers.parse(parts[2]));
            default -> throw new IllegalArgumentException("\"" + text + "\" is not a distribution; write " + FORMS);
        };
    }

    private static Distribution constant(long time) {
        return random -> time;
    }

    private static Distribution exponential(long mean) {
        return random -> (long) (mean * unitExponential(random));
    }

    private static Distribution uniform(long least, long most) {
        if (least >= most) {
            throw new IllegalArgumentException("uniform: the least time must be shorter than the most");
        }
        return random -> random.nextLong(least, most);
    }

    private static Distribution pareto(long mean, double shape) {
        if (shape <= 1) {
            throw new IllegalArgumentException(
                    "pareto: the shape must be more than 1, was " + shape + "; a smaller one has no mean");
        }
        double least = mean * (shape - 1) / shape;
        return random -> (long) (least * StrictMath.exp(unitExponential(random) / shape));
    }

    private static Distribution lognormal(long mean, double sigma) {
        return random -> (long) (mean * StrictMath.exp(sigma * gaussian(random) - sigma * sigma / 2));
    }

    /** Draws from the exponential distribution of mean 1. */
    static double unitExponential(SplittableRandom random) {
        return -StrictMath.log(1 - random.nextDouble());
    }

    /** Draws from the standard normal distribution, by the method of Box and Muller. */
    private static double gaussian(SplittableRandom random) {
        return StrictMath.sqrt(2 * unitExponential(random)) * StrictMath.cos(2 * StrictMath.PI * random.nextDouble());
    }

    private static long nanos(String text) {
        return Durations.parse(text).toNanos();
    }
}
