package dev.anteroom.gateway.config;

import com.google.common.primitives.Ints;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Connections of some clients are of a priority class.
 *
 * @param clients whose
 * @param priorityClass 0 is the most urgent
 */
public record PriorityRule(Clients clients, int priorityClass) {
    /** The class of whom no rule is about. */
    public static final int OTHERS = 10;

    private static final String FILE = "file:";
    private static final String SERVER_NAME = "sni:";

    /**
     * Reads {@code CIDR=N}, {@code file:FILE=N} or {@code sni:NAME=N}.
     *
     * @throws IllegalArgumentException if it is malformed, or the file cannot be read
     */
    public static PriorityRule parse(String text) {
        int equals = text.lastIndexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("\"" + text
                    + "\" is not a rule; write CIDR=N, such as 10.0.0.0/8=0, or file:FILE=N, or sni:NAME=N");
        }
        Clients clients = clients(text.substring(0, equals));
        Integer priorityClass = Ints.tryParse(text.substring(equals + 1));
        if (priorityClass == null || priorityClass < 0) {
            throw new IllegalArgumentException(
                    "\"" + text + "\" has no class; write a whole number of at least 0 after the \"=\"");
        }
        return new PriorityRule(clients, priorityClass);
    }

    private static Clients clients(String text) {
        if (text.startsWith(FILE)) {
            return AddressList.read(text.substring(FILE.length()));
        } else if (text.startsWith(SERVER_NAME)) {
            return ServerNames.parse(text.substring(SERVER_NAME.length()));
        }
        return AddressRange.parse(text);
    }

    /**
     * The same, with what its file says now.
     *
     * @return a rule about the same clients
     * @throws IllegalArgumentException if the file cannot be read
     */
    public PriorityRule reread() {
        return new PriorityRule(clients.reread(), priorityClass);
    }

    /** Classifies by the first rule that matches. */
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
