package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;

/** Parses whole numbers. */
public final class Numbers {
    private Numbers() {}

    /**
     * Parses a number.
     *
     * @param text the text to parse
     * @param least the smallest valid number
     * @param most the largest valid number
     * @return the number
     * @throws IllegalArgumentException if the text is not a number or is out of bounds
     */
    public static int parse(String text, int least, int most) {
        Integer number = Ints.tryParse(text);
        if (number == null || number < least || number > most) {
            throw new IllegalArgumentException(
                    "must be a whole number from " + least + " to " + most + ", was \"" + text + "\"");
        }
        return number;
    }
}
