package dev.anteroom.simulator;

import dev.anteroom.scheduler.Policies;
import java.util.ArrayList;
import java.util.List;

/** Policies with commas between them; a comma in parentheses is part of a policy. */
final class PolicyList {
    private PolicyList() {}

    /**
     * Divides a list.
     *
     * @throws IllegalArgumentException if one of them is no policy; the message is one line
     */
    static List<String> parse(String text) {
        List<String> policies = new ArrayList<>();
        int depth = 0;
        int begin = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            if (c == ',' && depth == 0) {
                policies.add(text.substring(begin, at).strip());
                begin = at + 1;
            }
        }
        policies.add(text.substring(begin).strip());
        policies.forEach(Policies::parse);
        return policies;
    }
}
