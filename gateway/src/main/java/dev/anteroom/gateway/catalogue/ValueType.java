package dev.anteroom.gateway.catalogue;

import dev.anteroom.expression.Durations;
import dev.anteroom.gateway.config.Numbers;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The type of a value: how users write it and what it means.
 *
 * @param label the placeholder for a value in {@code --help}, such as {@code DURATION}
 * @param parser throws {@link IllegalArgumentException} with a message that quotes the text and names what is valid
 * @param printer the inverse of the parser
 * @param schema the same type in JSON Schema
 * @param words all values, if there are few
 */
public record ValueType<T>(
        String label,
        Function<String, ? extends T> parser,
        Function<? super T, String> printer,
        Map<String, Object> schema,
        List<String> words) {
    /** A duration, which may be zero. */
    static final ValueType<Duration> DURATION =
            new ValueType<>("DURATION", Durations::parse, ValueType::print, durations("\\d+"), List.of());

    /** A positive duration. */
    static final ValueType<Duration> POSITIVE_DURATION =
            new ValueType<>("DURATION", ValueType::positive, ValueType::print, durations("0*[1-9]\\d*"), List.of());

    /** A readable file. */
    static final ValueType<Path> READABLE_FILE = text("FILE", ValueType::readable);

    /** Any file. */
    static final ValueType<Path> FILE = text("FILE", ValueType::path);

    /** Any text. */
    static final ValueType<String> TEXT = text("TEXT", text -> text);

    /** A name of any kind. */
    static final ValueType<String> NAME = text("NAME", text -> text);

    /** Returns a type of text that only its parser validates. */
    static <T> ValueType<T> text(String label, Function<String, ? extends T> parser) {
        return new ValueType<>(label, parser, String::valueOf, Map.of("type", "string"), List.of());
    }

    /** Returns a type like {@link #text} whose values include plain numbers. */
    static <T> ValueType<T> textOrNumber(String label, Function<String, ? extends T> parser) {
        return new ValueType<>(label, parser, String::valueOf, Map.of("type", List.of("string", "integer")), List.of());
    }

    /** Returns the type of whole numbers within bounds. */
    static ValueType<Integer> wholeNumber(int least, int most) {
        return new ValueType<>(
                "N",
                text -> Numbers.parse(text, least, most),
                String::valueOf,
                Map.of("type", "integer", "minimum", least, "maximum", most),
                List.of());
    }

    /** Returns a type of two words, in the order in which they are listed. */
    static <T> ValueType<T> words(String first, T firstValue, String second, T secondValue) {
        return new ValueType<>(
                first + "|" + second,
                text -> {
                    if (text.equals(first)) {
                        return firstValue;
                    } else if (text.equals(second)) {
                        return secondValue;
                    }
                    throw new IllegalArgumentException("must be " + first + " or " + second + ", was \"" + text + "\"");
                },
                value -> value.equals(firstValue) ? first : second,
                Map.of("enum", List.of(first, second)),
                List.of(first, second));
    }

    private static Map<String, Object> durations(String number) {
        return Map.of("type", "string", "pattern", "^" + number + "(ms|s|m|h)$");
    }

    private static Duration positive(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be positive, was \"" + text + "\"");
        }
        return duration;
    }

    /** Formats a duration in the largest unit that needs no fraction. */
    private static String print(Duration duration) {
        long millis = duration.toMillis();
        if (millis % 1_000 != 0) {
            return millis + "ms";
        }
        long seconds = millis / 1_000;
        return seconds == 0 || seconds % 60 != 0
                ? seconds + "s"
                : seconds % 3_600 != 0 ? seconds / 60 + "m" : seconds / 3_600 + "h";
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("\"" + text + "\" is not a valid file name", e);
        }
    }

    private static Path readable(String text) {
        Path file = path(text);
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new IllegalArgumentException("\"" + text + "\" cannot be read");
        }
        return file;
    }
}
