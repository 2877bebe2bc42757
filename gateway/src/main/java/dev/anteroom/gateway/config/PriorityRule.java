package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Connections from some addresses are of a priority class.
 *
 * @param sources where they come from
 * @param priorityClass 0 is the most urgent
 */
public record PriorityRule(AddressRange sources, int priorityClass) {
    /** The class of whom no rule is about. */
    public static final int OTHERS = 10;

    /**
     * Reads {@code CIDR=N}.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static PriorityRule parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("\"" + text + "\" is not a rule; write CIDR=N, such as 10.0.0.0/8=0");
        }
        AddressRange sources = AddressRange.parse(text.substring(0, equals));
        Integer priorityClass = Ints.tryParse(text.substring(equals + 1));
        if (priorityClass == null || priorityClass < 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no class; write a whole number of at least 0 after the \"=\"");
        }
        return new PriorityRule(sources, priorityClass);
    }

    /** Classifies by the first rule that matches. */
    public static ToIntFunction<SocketAddress> firstMatch(List<PriorityRule> rules) {
        List<PriorityRule> inOrder = List.copyOf(rules);
        return source -> {
            for (PriorityRule rule : inOrder) {
                if (source instanceof InetSocketAddress inet && rule.sources.contains(inet.getAddress())) {
                    return rule.priorityClass;
                }
            }
            return OTHERS;
        };
    }
}
