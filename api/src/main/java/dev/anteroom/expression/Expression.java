package dev.anteroom.expression;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A name with its arguments in parentheses, as users write a policy or a limit.
 *
 * <pre>
 * expression = name [ "(" [ argument { "," argument } ] ")" ]
 * argument   = name "=" value | [ name ":" ] expression
 * name       = one or more letters, digits, "-", "_", "."
 * value      = one or more characters but "(", ")", "," and spaces
 * </pre>
 *
 * <p>Spaces may stand between any two tokens.
 *
 * @param source the text that the expression was read from
 * @param name the name
 * @param column the column at which the name begins; the first is 1
 * @param parameters the values by parameter name, in the order written
 * @param inside the expressions inside by label, in the order written; an expression without a label has the empty
 *     label
 */
public record Expression(
        Source source, String name, int column, Map<String, String> parameters, Map<String, Expression> inside) {
    /** The largest depth of nesting. A greater depth would be of no use, and could overflow the stack. */
    private static final int DEEPEST = 16;

    /**
     * The text of an expression.
     *
     * @param kind what the text describes, in a word such as {@code policy}
     * @param text the whole text
     */
    public record Source(String kind, String text) {
        IllegalArgumentException fault(int column, String what) {
            return new IllegalArgumentException(kind + " \"" + text + "\", column " + column + ": " + what);
        }
    }

    /**
     * Parses an expression.
     *
     * @param kind what the text describes, in a word such as {@code policy}
     * @param text the text that a user wrote
     * @return the parsed expression
     * @throws IllegalArgumentException if the text is malformed; the message is one line and gives the column
     */
    public static Expression parse(String kind, String text) {
        return new Parser(new Source(kind, text)).all();
    }

    /**
     * Returns an exception that reports a fault of this expression.
     *
     * @param what describes the fault
     * @return an exception whose message quotes the whole text and gives the column
     */
    public IllegalArgumentException fault(String what) {
        return source.fault(column, what);
    }

    private static final class Parser {
        private final Source source;
        private final String text;
        private int at;
        private int depth;

        Parser(Source source) {
            this.source = source;
            this.text = source.text;
        }

        Expression all() {
            Expression expression = expression();
            skipSpaces();
            if (at < text.length()) {
                throw expected("the end");
            }
            return expression;
        }

        private Expression expression() {
            String name = name("the name of a " + source.kind);
            int column = at - name.length() + 1;
            Expression expression = new Expression(source, name, column, new LinkedHashMap<>(), new LinkedHashMap<>());
            if (++depth > DEEPEST) {
                throw expression.fault("nesting is limited to a depth of " + DEEPEST);
            }
            if (skip('(') && !skip(')')) {
                do {
                    argument(expression);
                } while (skip(','));
                require(')', "\",\" or \")\"");
            }
            depth--;
            return expression;
        }

        private void argument(Expression of) {
            skipSpaces();
            int begin = at;
            String name = name("a parameter or a " + source.kind);
            if (skip('=')) {
                requireFirst(of.parameters.put(name, value()) == null, "parameter \"" + name + "\"", begin);
            } else if (skip(':')) {
                requireFirst(of.inside.put(name, expression()) == null, "label \"" + name + "\"", begin);
            } else {
                at = begin;
                requireFirst(of.inside.put("", expression()) == null, "a " + source.kind + " without a label", begin);
            }
        }

        private void requireFirst(boolean first, String what, int begin) {
            if (!first) {
                throw source.fault(begin + 1, what + " is given twice");
            }
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
            return source.fault(at + 1, "expected " + what);
        }

        private static boolean isPartOfName(char c) {
            return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
        }
    }
}
