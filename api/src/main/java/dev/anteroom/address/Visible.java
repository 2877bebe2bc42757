package dev.anteroom.address;

/** Makes invisible characters visible, for messages that quote what users wrote, and removes them around a text. */
public final class Visible {
    private static final int LONGEST = 120;

    private Visible() {}

    /**
     * Quotes a text. What cannot be seen, or looks like a space and is none, is written as an escape of Java, such as
     * {@code \u00a0}. A long text is cut off.
     *
     * @param text any text
     * @return one line in double quotes
     */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int end = text.length() > LONGEST ? text.offsetByCodePoints(0, LONGEST / 2) : text.length();
        text.substring(0, end).codePoints().forEach(c -> append(quoted, c));
        return quoted.append(end < text.length() ? "...\"" : "\"").toString();
    }

    private static void append(StringBuilder quoted, int c) {
        if (c == ' ' || !isHidden(c)) {
            quoted.appendCodePoint(c);
        } else {
            for (char unit : Character.toChars(c)) {
                quoted.append(escape(unit));
            }
        }
    }

    private static String escape(char unit) {
        return switch (unit) {
            case '\t' -> "\\t";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            default -> String.format("\\u%04x", (int) unit);
        };
    }

    /**
     * Removes blanks of all kinds from both ends of a text: white space, no-break and zero-width spaces, byte order
     * marks, and marks of the direction of writing.
     *
     * @param text any text
     * @return the text between them
     */
    public static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && isBlank(text.charAt(from))) {
            from++;
        }
        while (from < to && isBlank(text.charAt(to - 1))) {
            to--;
        }
        return text.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT;
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SPACE_SEPARATOR,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.NON_SPACING_MARK,
                    Character.ENCLOSING_MARK,
                    Character.UNASSIGNED -> true;
            default -> c == 0xfffd;
        };
    }
}
