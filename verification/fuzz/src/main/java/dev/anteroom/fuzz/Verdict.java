package dev.anteroom.fuzz;

import java.nio.charset.StandardCharsets;

/** The promise of every parser: it accepts a text, or rejects it with a reason. */
public final class Verdict {
    private Verdict() {}

    /** A parser of text. */
    @FunctionalInterface
    public interface Parser {
        /**
         * Parses a text.
         *
         * @param text any text
         */
        void parse(String text);
    }

    /**
     * Runs a parser on bytes. An {@link IllegalArgumentException} with a message rejects the input; any other exception
     * is a fault.
     *
     * @param data the input, decoded as UTF-8
     * @param parser the parser under test
     * @throws AssertionError if the parser rejects the input without a reason
     */
    public static void on(byte[] data, Parser parser) {
        try {
            parser.parse(new String(data, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).length() < 10) {
                throw new AssertionError("the parser gives no reason", e);
            }
        }
    }
}
