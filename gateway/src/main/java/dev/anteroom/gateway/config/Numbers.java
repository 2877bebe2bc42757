package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;

/** Whole numbers as users write them. */
public final class Numbers {
    private Numbers() {}

    /**
     * Reads a number.
     *
     * @param text what a user wrote
     * @param least the smallest that will do
     * @param most the largest that will do
     * @return the number
     * @throws IllegalArgumentException if it is none, or out of bounds
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
