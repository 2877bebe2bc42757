package dev.anteroom.scheduler;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A policy as users write it.
 *
 * <pre>
 * expression = name [ "(" [ parameter { "," parameter } ] ")" ]
 * parameter  = name "=" value
 * name       = one or more letters, digits, "-", "_"
 * value      = one or more characters but "(", ")", "," and spaces
 * </pre>
 *
 * <p>Spaces may stand between any two of these.
 *
 * @param name of the policy
 * @param parameters in the order written
 */
record PolicyExpression(String name, Map<String, String> parameters) {
    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is malformed; the message points at the column, the first of which is 1
     */
    static PolicyExpression parse(String text) {
        return new Parser(text).expression();
    }

    private static final class Parser {
        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        PolicyExpression expression() {
            String name = name("the name of a policy");
            Map<String, String> parameters = new LinkedHashMap<>();
            if (skip('(') && !skip(')')) {
                do {
                    parameter(parameters);
                } while (skip(','));
                require(')', "\",\" or \")\"");
            }
            skipSpaces();
            if (at < text.length()) {
                throw expected("the end");
            }
            return new PolicyExpression(name, parameters);
        }

        private void parameter(Map<String, String> parameters) {
            String key = name("the name of a parameter");
            if (parameters.containsKey(key)) {
                throw error("parameter \"" + key + "\" is given twice, again", at - key.length());
            }
            require('=', "\"=\"");
            parameters.put(key, value());
        }

        private String name(String what) {
            skipSpaces();
            int begin = at;
            while (at < text.length() && isPartOfName(text.charAt(at))) {
                at++;
            }
            return taken(begin, what);
        }

        private String value() {
            skipSpaces();
            int begin = at;
            while (at < text.length() && " (),".indexOf(text.charAt(at)) < 0) {
                at++;
            }
            return taken(begin, "a value");
        }

        private String taken(int begin, String what) {
            if (at == begin) {
                throw expected(what);
            }
            return text.substring(begin, at);
        }

        private boolean skip(char wanted) {
            skipSpaces();
            boolean found = at < text.length() && text.charAt(at) == wanted;
            if (found) {
                at++;
            }
            return found;
        }

        private void require(char wanted, String what) {
            if (!skip(wanted)) {
                throw expected(what);
            }
        }

        private void skipSpaces() {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
        }

        private IllegalArgumentException expected(String what) {
            return error("expected " + what, at);
        }

        private IllegalArgumentException error(String what, int index) {
            return new IllegalArgumentException("policy \"" + text + "\": " + what + " at column " + (index + 1));
        }

        private static boolean isPartOfName(char c) {
            return Character.isLetterOrDigit(c) || c == '-' || c == '_';
        }
    }
}
