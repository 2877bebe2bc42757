package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.ServerNames;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.ToIntFunction;

/** The priority class of each client, by the current rules. Thread-safe. */
final class GateClasses implements ToIntFunction<SocketAddress> {
    private volatile ToIntFunction<SocketAddress> current = source -> PriorityRule.OTHERS;
    private volatile boolean readServerNames;

    GateClasses(List<PriorityRule> rules) {
        change(rules);
    }

    /** Replaces the rules for new connections. */
    void change(List<PriorityRule> rules) {
        readServerNames = rules.stream().anyMatch(rule -> rule.clients() instanceof ServerNames);
        current = PriorityRule.firstMatch(rules);
    }

    /** Returns whether a rule depends on the server name that the client asks for. */
    boolean readServerNames() {
        return readServerNames;
    }

    @Override
    public int applyAsInt(SocketAddress source) {
        return current.applyAsInt(source);
    }
}
