package dev.anteroom.simulator;

import java.util.ArrayList;
import java.util.List;

/** A list of expressions separated by commas. A comma in parentheses is part of an expression. */
final class CommaList {
    private CommaList() {}

    static List<String> split(String text) {
        List<String> expressions = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                expressions.add(text.substring(begin, at).strip());
                begin = at + 1;
            }
        }
        expressions.add(text.substring(begin).strip());
        return expressions;
    }
}
