package dev.anteroom.scheduler;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A policy as users write it.
 *
 * <pre>
 * expression = name [ "(" [ argument { "," argument } ] ")" ]
 * argument   = name "=" value | [ name ":" ] expression
 * name       = one or more letters, digits, "-", "_", "."
 * value      = one or more characters but "(", ")", "," and spaces
 * </pre>
 *
 * <p>Spaces may stand between any two of these.
 *
 * @param name of the policy
 * @param column where the name begins; the first is 1
 * @param parameters in the order written
 * @param policies those inside by their labels, in the order written; one without a label has the empty one
 */
record PolicyExpression(
        String name, int column, Map<String, String> parameters, Map<String, PolicyExpression> policies) {
    /** More would be of no use, and could overflow the stack. */
    private static final int DEEPEST = 16;

    /**
     * Reads an expression.
     *
     * @throws IllegalArgumentException if it is malformed; the message points at the column
     */
    static PolicyExpression parse(String text) {
        return new Parser(text).all();
    }

    /** The fault of a text at one of its columns. */
    static IllegalArgumentException fault(String text, int column, String what) {
        return new IllegalArgumentException("policy \"" + text + "\", column " + column + ": " + what);
    }

    private static final class Parser {
        private final String text;
        private int at;
        private int depth;

        Parser(String text) {
            this.text = text;
        }

        PolicyExpression all() {
            PolicyExpression expression = expression();
            skipSpaces();
            if (at < text.length()) {
                throw expected("the end");
            }
            return expression;
        }

        private PolicyExpression expression() {
            String name = name("the name of a policy");
            PolicyExpression expression =
                    new PolicyExpression(name, at - name.length() + 1, new LinkedHashMap<>(), new LinkedHashMap<>());
            if (++depth > DEEPEST) {
                throw fault(text, expression.column, "policies may be inside each other " + DEEPEST + " deep");
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

        private void argument(PolicyExpression of) {
            skipSpaces();
            int begin = at;
            String name = name("a parameter or a policy");
            if (skip('=')) {
                requireFirst(of.parameters.put(name, value()) == null, "parameter \"" + name + "\"", begin);
            } else if (skip(':')) {
                requireFirst(of.policies.put(name, expression()) == null, "class \"" + name + "\"", begin);
            } else {
                at = begin;
                requireFirst(of.policies.put("", expression()) == null, "a policy without a label", begin);
            }
        }

        private void requireFirst(boolean first, String what, int begin) {
            if (!first) {
                throw fault(text, begin + 1, what + " is given twice");
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
            return fault(text, at + 1, "expected " + what);
        }

        private static boolean isPartOfName(char c) {
            return Character.isLetterOrDigit(c) || c == '-' || c == '_' || c == '.';
        }
    }
}
