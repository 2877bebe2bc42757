package dev.anteroom.fuzz;

import java.nio.charset.StandardCharsets;

/** What every parser here promises: it reads the text, or says why not. */
public final class Verdict {
    private Verdict() {}

    /** Something that takes a text. */
    @FunctionalInterface
    public interface Parser {
        /**
         * Parses.
         *
         * @param text whatever someone wrote
         */
        void parse(String text);
    }

    /**
     * Lets a parser loose on bytes. An {@link IllegalArgumentException} that says something is an answer; anything else thrown is a fault.
     *
     * @param data a text in UTF-8, or what passes for one
     * @param parser what is tested
     * @throws AssertionError if the parser refuses without a word
     */
    public static void on(byte[] data, Parser parser) {
        try {
            parser.parse(new String(data, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            if (String.valueOf(e.getMessage()).length() < 10) {
                throw new AssertionError("no reason is given", e);
            }
        }
    }
}
