package dev.anteroom.gateway.proxy;

import dev.anteroom.gateway.config.PriorityRule;
import dev.anteroom.gateway.config.ServerNames;
import java.net.SocketAddress;
import java.util.List;
import java.util.function.ToIntFunction;

/** Who is of which priority class, as last said. Thread-safe. */
final class GateClasses implements ToIntFunction<SocketAddress> {
    private volatile ToIntFunction<SocketAddress> current = source -> PriorityRule.OTHERS;
    private volatile boolean readServerNames;

    GateClasses(List<PriorityRule> rules) {
        change(rules);
    }

    /** Says otherwise, for those who come from now on. */
    void change(List<PriorityRule> rules) {
        readServerNames = rules.stream().anyMatch(rule -> rule.clients() instanceof ServerNames);
        current = PriorityRule.firstMatch(rules);
    }

    /** Whether the server name that a client asks for makes a difference. */
    boolean readServerNames() {
        return readServerNames;
    }

    @Override
    public int applyAsInt(SocketAddress source) {
        return current.applyAsInt(source);
    }
}
