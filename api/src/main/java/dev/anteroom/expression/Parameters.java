package dev.anteroom.expression;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the {@code name=value} in parentheses, each once; what nobody has read in the end is unknown. Not thread-safe. */
public final class Parameters {
    private final String owner;
    private final Map<String, String> unread;

    /**
     * Nothing is read yet.
     *
     * @param owner whose they are, for the messages: {@code policy fair}
     * @param written the values by the name of the parameter
     */
    public Parameters(String owner, Map<String, String> written) {
        this.owner = owner;
        this.unread = new LinkedHashMap<>(written);
    }

    /**
     * The parameters that are left.
     *
     * @return their names, in the order written
     */
    public List<String> names() {
        return List.copyOf(unread.keySet());
    }

    /**
     * Reads a parameter as it stands.
     *
     * @param name of the parameter
     * @return its value, or null if it is not given
     */
    public @Nullable String text(String name) {
        return unread.remove(name);
    }

    /**
     * Reads a duration.
     *
     * @param name of the parameter
     * @param otherwise what it is if it is not given
     * @return a duration that is not negative
     * @throws IllegalArgumentException if it is none
     */
    public Duration duration(String name, Duration otherwise) {
        String value = text(name);
        return value == null ? otherwise : duration(name, value);
    }

    /**
     * Reads a duration that may have a minus sign.
     *
     * @param name of a parameter that is given
     * @return a duration
     * @throws IllegalArgumentException if it is none
     */
    public Duration signedDuration(String name) {
        String value = Objects.requireNonNull(text(name), name);
        return value.startsWith("-") ? duration(name, value.substring(1)).negated() : duration(name, value);
    }

    private static Duration duration(String name, String value) {
        try {
            return Durations.parse(value);
        } catch (IllegalArgumentException e) {
            throw fault(name, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Reads a positive whole number.
     *
     * @param name of the parameter
     * @param otherwise what it is if it is not given
     * @return from 1 to 999,999,999, unless it is not given
     * @throws IllegalArgumentException if it is none
     */
    public int count(String name, int otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        if (!value.matches("[1-9]\\d{0,8}")) {
            throw fault(name, "\"" + value + "\" is not a whole number from 1 to 999999999");
        }
        return Integer.parseInt(value);
    }

    /**
     * Reads a number.
     *
     * @param name of the parameter
     * @param least the smallest that makes sense
     * @param most the largest
     * @param otherwise what it is if it is not given
     * @return from {@code least} to {@code most}, unless it is not given
     * @throws IllegalArgumentException if it is none
     */
    public double number(String name, double least, double most, double otherwise) {
        String value = text(name);
        if (value == null) {
            return otherwise;
        }
        double number = value.matches("\\d{1,9}(\\.\\d{1,9})?") ? Double.parseDouble(value) : Double.NaN;
        if (number >= least && number <= most) {
            return number;
        }
        throw fault(name, "\"" + value + "\" is not a number from " + least + " to " + most);
    }

    private static IllegalArgumentException fault(String name, String what) {
        return new IllegalArgumentException("parameter \"" + name + "\": " + what);
    }

    /**
     * Refuses what was not read.
     *
     * @param known those that there are, for the message
     * @throws IllegalArgumentException if there is one
     */
    public void requireNoMore(String... known) {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(
                    owner + " has no parameter \"" + unread.keySet().iterator().next() + "\"; "
                            + (known.length == 0 ? "it takes none" : "known are: " + String.join(", ", known)));
        }
    }
}
