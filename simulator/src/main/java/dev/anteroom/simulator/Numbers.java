package dev.anteroom.simulator;

import java.util.regex.Pattern;

/** Parses numbers as users write them: {@code 45}, {@code 1.5}. */
final class Numbers {
    private static final Pattern FORM = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");

    private Numbers() {}

    static double parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a number such as 45 or 1.5");
        }
        return Double.parseDouble(text);
    }
}
