package dev.anteroom.expression;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code name=value} parameters of an expression, each at most once. Parameters that are left unread in the
 * end are unknown ones. Not thread-safe.
 */
public final class Parameters {
    private final String owner;
    private final Map<String, String> unread;

    /**
     * Creates a reader.
     *
     * @param owner the owner of the parameters in messages, such as {@code policy fair}
     * @param written the values by parameter name
     */
    public Parameters(String owner, Map<String, String> written) {
        this.owner = owner;
        this.unread = new LinkedHashMap<>(written);
    }

    /**
     * Returns the names of the unread parameters.
     *
     * @return the names, in the order written
     */
    public List<String> names() {
        return List.copyOf(unread.keySet());
    }

    /**
     * Reads the text of a parameter.
     *
     * @param name the name of the parameter
     * @return its value, or null if it is not given
     */
    public @Nullable String text(String name) {
        return unread.remove(name);
    }

    /**
     * Reads a duration.
     *
     * @param name the name of the parameter
     * @param otherwise the default
     * @return a duration that is not negative
     * @throws IllegalArgumentException if the value is not a duration
     */
    public Duration duration(String name, Duration otherwise) {
        String value = text(name);
        return value == null ? otherwise : duration(name, value);
    }

    /**
     * Reads a duration that may have a minus sign.
     *
     * @param name the name of a parameter that is given
     * @return the duration
     * @throws IllegalArgumentException if the value is not a duration
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
     * @param name the name of the parameter
     * @param otherwise the default
     * @return a number from 1 to 999,999,999, or the default
     * @throws IllegalArgumentException if the value is not such a number
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
     * @param name the name of the parameter
     * @param least the smallest valid number
     * @param most the largest valid number
     * @param otherwise the default
     * @return a number from {@code least} to {@code most}, or the default
     * @throws IllegalArgumentException if the value is not such a number
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
     * Checks that all parameters have been read.
     *
     * @param known the known parameters, for the message
     * @throws IllegalArgumentException if a parameter is unread
     */
    public void requireNoMore(String... known) {
        if (!unread.isEmpty()) {
            throw new IllegalArgumentException(
                    owner + " has no parameter \"" + unread.keySet().iterator().next() + "\"; "
                            + (known.length == 0 ? "it takes none" : "known are: " + String.join(", ", known)));
        }
    }
}
