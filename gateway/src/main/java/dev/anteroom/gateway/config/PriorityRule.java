package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;
import dev.anteroom.address.AddressRange;
import dev.anteroom.address.Visible;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * A rule that assigns the connections of some clients to a priority class.
 *
 * @param clients the clients that the rule matches
 * @param priorityClass the class; 0 is the most urgent
 */
public record PriorityRule(Clients clients, int priorityClass) {
    /** The class of clients that match no rule. */
    public static final int OTHERS = 10;

    private static final String FILE = "file:";
    private static final String SERVER_NAME = "sni:";

    /**
     * Parses {@code CIDR=N}, {@code file:FILE=N} or {@code sni:NAME=N}.
     *
     * @throws IllegalArgumentException if the text is malformed or the file cannot be read
     */
    public static PriorityRule parse(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException(Visible.quote(text)
                    + " is not a rule; write CIDR=N, such as 10.0.0.0/8=0, or file:FILE=N, or sni:NAME=N");
        }
        Clients clients = clients(text.substring(0, equals));
        Integer priorityClass = Ints.tryParse(text.substring(equals + 1));
        if (priorityClass == null || priorityClass < 0) {
            throw new IllegalArgumentException(
                    Visible.quote(text) + " has no class; write a whole number of at least 0 after the \"=\"");
        }
        return new PriorityRule(clients, priorityClass);
    }

    private static Clients clients(String text) {
        if (text.startsWith(FILE)) {
            return AddressList.read(text.substring(FILE.length()));
        } else if (text.startsWith(SERVER_NAME)) {
            return ServerNames.parse(text.substring(SERVER_NAME.length()));
        }
        return new ClientRange(AddressRange.parse(text));
    }

    /**
     * Returns this rule with the current content of its file.
     *
     * @return a rule for the same clients
     * @throws IllegalArgumentException if the file cannot be read
     */
    public PriorityRule reread() {
        return new PriorityRule(clients.reread(), priorityClass);
    }

    /** Returns a function that classifies a source by the first matching rule. */
    public static ToIntFunction<SocketAddress> firstMatch(List<PriorityRule> rules) {
        List<PriorityRule> inOrder = List.copyOf(rules);
        return source -> {
            for (PriorityRule rule : inOrder) {
                if (source instanceof InetSocketAddress inet && rule.clients.include(inet)) {
                    return rule.priorityClass;
                }
            }
            return OTHERS;
        };
    }
}
