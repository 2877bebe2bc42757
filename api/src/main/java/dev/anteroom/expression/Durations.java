package dev.anteroom.expression;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as users write them: {@code 500ms}, {@code 30s}, {@code 2m}, {@code 1h}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d+)(ms|s|m|h)");

    /** 146 years: the difference of any two times that lie no further apart still fits in a {@code long}. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private Durations() {}

    /**
     * Reads a duration.
     *
     * @param text a whole number and its unit: {@code ms}, {@code s}, {@code m} or {@code h}
     * @return a duration that is not negative, and whose nanoseconds fit in a {@code long}
     * @throws IllegalArgumentException if it is none; the message is one line and quotes the text
     */
    public static Duration parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not a duration; write a whole number and a unit, such as 500ms, 30s, 2m or 1h");
        }
        try {
            Duration duration = Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
            return Duration.ofNanos(duration.toNanos());
        } catch (NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException("\"" + text + "\" is too long a duration; the longest is 2562047h", e);
        }
    }

    /**
     * Nanoseconds of a duration that makes sense as an argument.
     *
     * @param duration how long
     * @param name of the argument
     * @return its nanoseconds
     * @throws IllegalArgumentException if it is not positive, or more than a {@code long} has nanoseconds
     */
    public static long positiveNanos(Duration duration, String name) {
        if (duration.isZero() || duration.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive, was " + duration);
        }
        if (duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) > 0) {
            throw new IllegalArgumentException(name + " must be at most 292 years, was " + duration);
        }
        return duration.toNanos();
    }

    /**
     * Nanoseconds of a duration, however long it is: one beyond 146 years, either way, counts as that. So {@code now + nanos} can be
     * compared with other times by their difference.
     *
     * @param duration how long
     * @return its nanoseconds, or the nearest number of them in those bounds
     */
    public static long saturatedNanos(Duration duration) {
        if (duration.compareTo(LONGEST) > 0) {
            return LONGEST.toNanos();
        }
        Duration least = LONGEST.negated();
        return duration.compareTo(least) < 0 ? least.toNanos() : duration.toNanos();
    }

    private static ChronoUnit unit(String suffix) {
        return switch (suffix) {
            case "ms" -> ChronoUnit.MILLIS;
            case "s" -> ChronoUnit.SECONDS;
            case "m" -> ChronoUnit.MINUTES;
            default -> ChronoUnit.HOURS;
        };
    }
}
