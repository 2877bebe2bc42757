package dev.anteroom.expression;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses and converts durations. Users write them as {@code 500ms}, {@code 30s}, {@code 2m} or {@code 1h}. */
public final class Durations {
    private static final Pattern FORM = Pattern.compile("(\\d+)(ms|s|m|h)");

    /** 146 years. Times that are at most twice this far apart have a difference that fits in a {@code long}. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private Durations() {}

    /**
     * Parses a duration.
     *
     * @param text a whole number and its unit: {@code ms}, {@code s}, {@code m} or {@code h}
     * @return a duration that is not negative, and whose nanoseconds fit in a {@code long}
     * @throws IllegalArgumentException if the text is not a duration; the message is one line and quotes the text
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
     * Converts an argument to nanoseconds, and checks it.
     *
     * @param duration the duration
     * @param name the name of the argument
     * @return its nanoseconds
     * @throws IllegalArgumentException if the duration is not positive, or if its nanoseconds do not fit in a {@code
     *     long}
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
     * Converts a duration of any length to nanoseconds. A duration beyond 146 years, positive or negative, counts as
     * 146 years, so that {@code now + nanos} can be compared with other times by difference.
     *
     * @param duration the duration
     * @return its nanoseconds, or the nearest bound
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
